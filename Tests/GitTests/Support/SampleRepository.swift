import Git

/// A bare repository, as a server has it, and a working tree that pushes to it; both made by git itself.
final class SampleRepository {
    let folder: TemporaryFolder
    var root: String { folder.path }
    var origin: String { "\(folder.path)/origin.git" }
    var work: String { "\(folder.path)/work" }
    /// Where tests put their mirror.
    var mirrorPath: String { "\(folder.path)/mirror.git" }

    init() throws {
        folder = try TemporaryFolder()
        try Command("git", "init", "-q", "--bare", "-b", "main", origin).output()
        try Command("git", "init", "-q", "-b", "main", work).output()
        try git("remote", "add", "origin", origin)
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        var command = Command("git", in: work)
        command.arguments = arguments
        return try command.output()
    }

    /// Writes files, commits everything, and says the commit's id.
    @discardableResult
    func commit(_ message: String, _ files: [String: String] = [:]) throws -> ObjectID {
        for (name, text) in files { try folder.write(text, to: "work/\(name)") }
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try head()
    }

    func head(_ revision: String = "HEAD") throws -> ObjectID {
        let text = try git("rev-parse", revision)
        guard let id = ObjectID(text.prefix(40)) else { throw Command.Failure(description: "no id: \(text)") }
        return id
    }

    func push(_ references: String...) throws {
        var command = Command("git", "push", "-q", "--force", "origin", in: work)
        command.arguments += references
        try command.output()
    }

    /// A mirror of the origin's path, fetched.
    func mirror() throws -> Mirror {
        let mirror = try Mirror.open(at: mirrorPath, remote: RemoteAddress(parsing: origin))
        _ = try mirror.fetch(knownHosts: .any)
        return mirror
    }
}
