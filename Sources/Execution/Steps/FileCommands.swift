internal import LogText

/// The files of one process by which it talks back: `GITHUB_ENV`, `GITHUB_OUTPUT` and the like; and a step's script. When this is
/// gone, the job has them back for its next process.
final class FileCommands {
    /// What follows `GITHUB_` in the variable that names each file, and the file's name.
    private static let files = [
        ("ENV", "env"), ("OUTPUT", "output"), ("PATH", "path"), ("STATE", "state"), ("STEP_SUMMARY", "summary"),
    ]
    /// More bytes than this in one file are refused: outputs become contexts, held in memory and sent to other jobs.
    private let limits: JobAssignment.Limits

    private let place: WorkplaceFolders.Place
    private let folder: FolderHandle
    private let owner: FileCommandFolder
    private let prefix: String
    /// What was made, without the prefix.
    private var made: [String] = []

    init(
        _ name: String, in folder: FolderHandle, of owner: FileCommandFolder, place: WorkplaceFolders.Place,
        limits: JobAssignment.Limits
    ) throws(ExecutionError) {
        self.limits = limits
        self.folder = folder
        self.owner = owner
        self.place = place
        prefix = "\(name)-"
        for (_, name) in Self.files { try make(name) }
    }

    deinit { owner.giveBack(made.map { ($0, prefix + $0) }) }

    private func make(_ name: String, text: String = "", mode: UInt32 = 0o666) throws(ExecutionError) {
        made.append(name)
        while let spare = owner.takeSpare(name) {
            if try folder.reuse(spare, as: prefix + name, text: text, mode: mode) { return }
        }
        // An earlier step may have guessed the name, and left something there.
        folder.remove(prefix + name)
        try folder.make(prefix + name, text: text, mode: mode)
    }

    /// Stores the step's script.
    ///
    /// - Returns: its path as commands see it.
    func store(script: String, as name: String) throws(ExecutionError) -> String {
        try make(name, text: script, mode: 0o777)
        return "\(place.inside)/\(prefix)\(name)"
    }

    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: Self.files.map { ("GITHUB_\($0.0)", "\(place.inside)/\(prefix)\($0.1)") })
    }

    /// The same as members of `github`: `github.env`, `github.output` and so on.
    var members: [(String, String)] { Self.files.map { ($0.0.lowercased(), "\(place.inside)/\(prefix)\($0.1)") } }

    /// What the process wrote to `env`, `output` or `state`.
    func pairs(of file: String) throws(ExecutionError) -> [FileCommand.Pair] {
        let text = try text(of: file)
        do { return try FileCommand.pairs(in: text) } catch {
            throw ExecutionError("can't read what the step wrote to GITHUB_\(file.uppercased()): \(error)")
        }
    }

    /// The lines of `GITHUB_PATH`.
    func pathEntries() throws(ExecutionError) -> [String] { FileCommand.paths(in: Array(try text(of: "path").utf8)) }

    func summary() throws(ExecutionError) -> String { try folder.read("\(prefix)summary", limit: limits.summary) }

    private func text(of name: String) throws(ExecutionError) -> String {
        try folder.read(prefix + name, limit: limits.output)
    }
}
