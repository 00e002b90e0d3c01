import Glibc
import Processes

/// Runs programs for the tests and collects what they write.
enum Trial {
    struct Result: Equatable {
        var outcome: ProcessOutcome
        var output: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    static let environment: [(name: String, value: String)] = [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C")]

    static func bash(_ script: String) -> ProcessSpecification {
        ProcessSpecification(executable: "bash", arguments: ["-c", script], environment: environment)
    }

    /// Output and errors together, to the end or a grace of ten seconds.
    static func run(_ specification: ProcessSpecification) throws -> Result {
        let pipe = try OutputPipe()
        let process = try start(specification, into: pipe)
        var bytes: [UInt8] = []
        _ = pipe.read(leader: process, grace: .seconds(10)) { bytes += $0 }
        return Result(outcome: process.wait(), output: String(decoding: bytes, as: UTF8.self))
    }

    static func run(_ script: String) throws -> Result { try run(bash(script)) }

    static func start(_ specification: ProcessSpecification, into pipe: OutputPipe) throws -> SpawnedProcess {
        var specification = specification
        specification.output = .descriptor(pipe.writeEnd)
        let process = try SpawnedProcess.start(specification)
        pipe.closeWriteEnd()
        return process
    }

    /// Reads until a line is complete, and returns it.
    static func line(from pipe: OutputPipe, of process: SpawnedProcess) -> String {
        var bytes: [UInt8] = []
        while !bytes.contains(UInt8(ascii: "\n")) {
            let end = pipe.read(leader: process, grace: .zero, deadline: .now + .milliseconds(5)) { bytes += $0 }
            if end == .endOfFile || end == .graceElapsed { break }
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Waits for a fact, at most ten seconds.
    static func awaited(_ fact: () -> Bool) -> Bool {
        let deadline = SuspendingClock.now + .seconds(10)
        while SuspendingClock.now < deadline {
            if fact() { return true }
            sched_yield()
        }
        return false
    }

    static func isRunning(_ pid: Int32) -> Bool { ProcessIdentity(of: pid)?.isAlive ?? false }

    /// The program that plays the daemon's processes, built beside the tests.
    static let probe: String? = {
        let folders = CommandLine.arguments.filter { $0.contains(".xctest") }.compactMap { argument -> String? in
            guard let end = argument.firstRange(of: ".xctest").flatMap({ argument[..<$0.lowerBound].lastIndex(of: "/") }) else {
                return nil
            }
            return String(argument[..<end])
        }
        return folders.map { $0 + "/ProcessesProbe" }.first { access($0, X_OK) == 0 }
    }()

    static let canSandbox = Sandbox.diagnosis().isAvailable
    static let isRoot = geteuid() == 0

    /// A new folder below /tmp that only this user can read.
    static func temporaryFolder() -> String {
        var template = Array("/tmp/processes-test-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { return "/tmp" }
        return String(cString: path)
    }

    static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    static func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else { return }
        defer { fclose(file) }
        _ = fwrite(text, 1, text.utf8.count, file)
    }
}
