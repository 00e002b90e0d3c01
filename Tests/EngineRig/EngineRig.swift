internal import Foundation
internal import Glibc
internal import Processes

/// A real Docker Engine for all tests of this process, started by the first that asks for it, and gone with the process.
///
/// It has the images of `Tests/Support/blackbox/engine.py`: `busybox:test`, `nobody:test` and `bare:test`.
public enum EngineRig {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Why there can be no engine on this machine; nil where there can be one, and where tests have to fail without it.
    public static let reasonToSkip: String? = {
        guard ProcessInfo.processInfo.environment["CI"] == nil else { return nil }
        if geteuid() != 0 { return "a Docker Engine of the tests' own needs root" }
        let missing = ["/usr/sbin/dockerd", "/usr/bin/docker-registry", "/bin/busybox"].filter {
            !FileManager.default.isExecutableFile(atPath: $0)
        }
        return missing.isEmpty ? nil : "missing: \(missing.joined(separator: ", ")); \"make test-deps\" installs them"
    }()

    public static var isAvailable: Bool { reasonToSkip == nil }

    /// The engine's socket.
    public static func socket() throws -> String { try running.get().socket }

    /// The name by which the engine knows a registry that stands for Amazon's, and where it answers on this machine.
    public static func registry() throws -> (name: String, address: String) {
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", try running.get().registry)
    }

    /// A registry that wants a login, by the name under which the engine knows it.
    public static func protectedRegistry() throws -> String { try running.get().protectedRegistry }

    public static let username = "somebody"
    public static let password = "password-of-somebody"

    private static let running: Result<Engine, any Error> = Result { try Engine() }

    /// The program that keeps the engine ends it when its standard input ends, as it does with this process.
    private final class Engine: Sendable {
        let socket: String
        let registry: String
        let protectedRegistry: String
        private let process: SpawnedProcess
        private let input: Int32

        init() throws {
            let (inputEnd, input) = try Self.pipe()
            let (output, outputEnd) = try Self.pipe()
            var specification = ProcessSpecification(
                executable: "python3", arguments: [Self.program],
                environment: [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")])
            specification.standardInput = .descriptor(inputEnd)
            specification.output = .descriptor(outputEnd)
            specification.errors = .descriptor(STDERR_FILENO)
            specification.noNewPrivileges = false
            process = try SpawnedProcess.start(specification)
            close(inputEnd)
            close(outputEnd)
            self.input = input
            var text: [UInt8] = []
            var byte: UInt8 = 0
            while read(output, &byte, 1) == 1, byte != 10 { text.append(byte) }
            close(output)
            guard byte == 10 else { throw Failure(description: "the Docker Engine of the tests did not start") }
            let words = String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count == 3 else { throw Failure(description: "the Docker Engine of the tests said \(words)") }
            socket = words[0]
            registry = words[1]
            protectedRegistry = words[2]
        }

        private static func pipe() throws -> (reading: Int32, writing: Int32) {
            var ends: [Int32] = [-1, -1]
            guard Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }

        private static let program = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/blackbox/engine.py").path
    }
}
