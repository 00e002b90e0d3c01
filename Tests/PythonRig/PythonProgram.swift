internal import Foundation
internal import Glibc
internal import Processes

/// A program of the tests' Python environment. It prints one line when it is ready, and ends when its standard input does.
public final class PythonProgram: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What it printed: an address.
    public let line: String
    private let process: SpawnedProcess
    private let input: OwnedDescriptor

    /// Why there can be none on this machine; nil where there can be, and where tests have to fail without it.
    public static let reasonToSkip: String? = {
        guard ProcessInfo.processInfo.environment["CI"] == nil else { return nil }
        return FileManager.default.isExecutableFile(atPath: interpreter) ? nil : "no \(interpreter); \"make test-deps\" makes it"
    }()

    public static var isAvailable: Bool { reasonToSkip == nil }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let interpreter = "\(root)/.venv/bin/python"

    /// - Parameter script: below `Tests/Support`.
    public init(_ script: String, _ arguments: [String] = [], environment: [(name: String, value: String)] = []) throws {
        let (inputEnd, input) = try OwnedDescriptor.pipe()
        let (output, outputEnd) = try OwnedDescriptor.pipe()
        process = try Self.start(script, arguments, environment, input: inputEnd.number, output: outputEnd.number)
        inputEnd.close()
        outputEnd.close()
        self.input = input
        var text: [UInt8] = []
        while let byte = try output.read(atMost: 1).first, byte != 10 { text.append(byte) }
        guard !text.isEmpty else { throw Failure(description: "\(script) did not start") }
        line = String(decoding: text, as: UTF8.self)
    }

    deinit {
        input.close()
        if process.wait(until: SuspendingClock.now + .seconds(10)) == nil { process.signal(SIGKILL) }
        _ = process.wait()
    }

    /// All that a program prints that ends by itself.
    public static func output(of script: String, _ arguments: [String]) throws -> String {
        let (output, outputEnd) = try OwnedDescriptor.pipe()
        let process = try start(script, arguments, [], input: nil, output: outputEnd.number)
        outputEnd.close()
        let text = try output.readToEnd()
        guard process.wait().isSuccess else { throw Failure(description: "\(script) failed") }
        return String(decoding: text, as: UTF8.self)
    }

    private static func start(
        _ script: String, _ arguments: [String], _ environment: [(name: String, value: String)], input: Int32?, output: Int32
    ) throws -> SpawnedProcess {
        var specification = ProcessSpecification(
            executable: interpreter, arguments: ["\(root)/Tests/Support/\(script)"] + arguments,
            environment: [(name: "PATH", value: "/usr/local/bin:/usr/bin:/bin")] + environment)
        if let input { specification.standardInput = .descriptor(input) }
        specification.output = .descriptor(output)
        specification.errors = .descriptor(STDERR_FILENO)
        return try SpawnedProcess.start(specification)
    }
}
