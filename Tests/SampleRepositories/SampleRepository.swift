internal import Foundation
internal import Processes

/// A repository made by git itself: a bare one, as a server has it, and a working tree that pushes to it. Gone with the value.
public final class SampleRepository: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Holds the repository, and whatever else a test puts there.
    public let folder: String
    public var origin: String { "\(folder)/origin.git" }
    private var work: String { "\(folder)/work" }

    public init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-sample-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try git("init", "-q", "--bare", "-b", "main", origin)
        try git("init", "-q", "-b", "main")
        try git("remote", "add", "origin", origin)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs git in the working tree.
    ///
    /// - Returns: what it wrote, without the last line's end.
    @discardableResult
    public func git(_ arguments: String...) throws -> String {
        var specification = ProcessSpecification(
            executable: "git", arguments: arguments,
            environment: [
                ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", "/nonexistent"), ("GIT_CONFIG_NOSYSTEM", "1"),
                ("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org"), ("GIT_COMMITTER_NAME", "Grace"),
                ("GIT_COMMITTER_EMAIL", "grace@example.org"), ("GIT_AUTHOR_DATE", "1700000000 +0000"),
                ("GIT_COMMITTER_DATE", "1700000060 +0000"),
            ], workingDirectory: work)
        let pipe = try OutputPipe()
        specification.output = .descriptor(pipe.writeEnd)
        let process = try SpawnedProcess.start(specification)
        pipe.closeWriteEnd()
        var bytes: [UInt8] = []
        _ = pipe.read(leader: process, grace: .seconds(10)) { bytes += $0 }
        let text = String(decoding: bytes, as: UTF8.self)
        guard process.wait() == .exited(0) else {
            throw Failure(description: "git \(arguments.joined(separator: " ")): \(text)")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Writes files, nil removing one, and commits everything.
    ///
    /// - Returns: the commit's id.
    @discardableResult
    public func commit(_ message: String, _ files: [String: String?] = [:]) throws -> String {
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(work)/\(name)")
            if let text {
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            } else {
                try FileManager.default.removeItem(at: file)
            }
        }
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    /// Commits, and pushes the branch that is checked out.
    @discardableResult
    public func push(_ message: String, _ files: [String: String?] = [:]) throws -> String {
        let id = try commit(message, files)
        try git("push", "-q", "--force", "origin", "HEAD")
        return id
    }
}
