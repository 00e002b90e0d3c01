import Glibc
import Synchronization

/// A program run to its end, or started as a server.
struct Command {
    var program: String
    var arguments: [String]
    var workingDirectory: String?
    var environment: [String: String] = [:]

    init(_ program: String, _ arguments: String..., in workingDirectory: String? = nil) {
        self.program = program
        self.arguments = arguments
        self.workingDirectory = workingDirectory
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs it and gives its standard output and error; an exit code other than 0 is an error.
    @discardableResult
    func output() throws -> String {
        let (identifier, input, output) = try spawn()
        close(input)
        let text = Self.readAll(output)
        close(output)
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        guard status == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): status \(status): \(text)")
        }
        return text
    }

    /// Starts it with pipes for its input and its output and error together.
    func spawn() throws -> (process: pid_t, input: Int32, output: Int32) {
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Grace",
            "GIT_COMMITTER_EMAIL": "grace@example.org", "GIT_AUTHOR_DATE": "1700000000 +0130",
            "GIT_COMMITTER_DATE": "1700000060 -0500",
        ]
        variables.merge(environment) { $1 }
        let folder = workingDirectory.map { ["env", "-C", $0] } ?? ["env"]
        var arguments = (folder + [program] + self.arguments).map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        var pairs = variables.map { strdup("\($0)=\($1)") as UnsafeMutablePointer<CChar>? } + [nil]
        defer { (arguments + pairs).forEach { free($0) } }
        return try Self.spawning.withLock { _ in try Self.spawn(&arguments, &pairs) }
    }

    /// Held while descriptors exist that another test's child must not inherit.
    private static let spawning = Mutex(())

    private static func spawn(
        _ arguments: inout [UnsafeMutablePointer<CChar>?], _ variables: inout [UnsafeMutablePointer<CChar>?]
    ) throws -> (process: pid_t, input: Int32, output: Int32) {
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Failure(description: "no pipe") }
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 2)
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, "/usr/bin/env", &actions, nil, &arguments, &variables)
        close(toChild[0])
        close(fromChild[1])
        guard code == 0 else { throw Failure(description: "no process: \(String(cString: strerror(code)))") }
        return (identifier, toChild[1], fromChild[0])
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

/// A server that ends with the test.
final class ServerProcess {
    private let identifier: pid_t
    private let input: Int32
    private let output: Int32

    /// Starts it and waits for the line of its output that `isReady` accepts, which is given to `firstLine`.
    init(_ command: Command, isReady: (String) -> Bool) throws {
        (identifier, input, output) = try command.spawn()
        var line: [UInt8] = []
        var text = ""
        while true {
            var byte: UInt8 = 0
            guard read(output, &byte, 1) == 1 else {
                throw Command.Failure(description: "\(command.program) ended before it was ready: \(text)")
            }
            line.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            let complete = String(decoding: line.dropLast(), as: UTF8.self)
            line = []
            text += complete + "\n"
            if isReady(complete) {
                readyLine = complete
                return
            }
        }
    }

    let readyLine: String

    deinit {
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        close(input)
        close(output)
    }
}
