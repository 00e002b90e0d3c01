internal import LogText

/// The files of one process by which it talks back: `GITHUB_ENV`, `GITHUB_OUTPUT` and the like; and a step's script.
///
/// Earlier steps of the job may write where the folder is made, and their background processes may while it is used.
struct FileCommandFolder {
    /// What follows `GITHUB_` in the variable that names each file, and the file's name.
    private static let files = [
        ("ENV", "env"), ("OUTPUT", "output"), ("PATH", "path"), ("STATE", "state"), ("STEP_SUMMARY", "summary"),
    ]
    /// More bytes than this in one file are refused: outputs become contexts, held in memory and sent to other jobs.
    private let limits: JobAssignment.Limits

    let place: WorkplaceFolders.Place
    private let folder: FolderHandle

    init(_ name: String, in temporary: WorkplaceFolders.Place, limits: JobAssignment.Limits) throws(ExecutionError) {
        self.limits = limits
        (folder, place) = try Self.freshFolder(name, in: temporary)
        for (_, name) in Self.files { try folder.make(name) }
    }

    private static func freshFolder(
        _ name: String, in temporary: WorkplaceFolders.Place
    ) throws(ExecutionError) -> (FolderHandle, WorkplaceFolders.Place) {
        for attempt in 0..<100 {
            let place = temporary.appending(attempt == 0 ? name : "\(name)-\(attempt)")
            if let folder = try FolderHandle(making: place.outside) { return (folder, place) }
        }
        throw ExecutionError("can't make a folder for the step: an earlier step left \(temporary.inside)/\(name) and 99 like it")
    }

    /// Stores the step's script.
    ///
    /// - Returns: its path as commands see it.
    func store(script: String, as name: String) throws(ExecutionError) -> String {
        try folder.make(name, text: script, mode: 0o777)
        return "\(place.inside)/\(name)"
    }

    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: Self.files.map { ("GITHUB_\($0.0)", "\(place.inside)/\($0.1)") })
    }

    /// The same as members of `github`: `github.env`, `github.output` and so on.
    var members: [(String, String)] { Self.files.map { ($0.0.lowercased(), "\(place.inside)/\($0.1)") } }

    /// What the process wrote to `env`, `output` or `state`.
    func pairs(of file: String) throws(ExecutionError) -> [FileCommand.Pair] {
        let text = try text(of: file)
        do { return try FileCommand.pairs(in: text) } catch {
            throw ExecutionError("can't read what the step wrote to GITHUB_\(file.uppercased()): \(error)")
        }
    }

    /// The lines of `GITHUB_PATH`.
    func pathEntries() throws(ExecutionError) -> [String] { FileCommand.paths(in: Array(try text(of: "path").utf8)) }

    func summary() throws(ExecutionError) -> String { try folder.read("summary", limit: limits.summary) }

    private func text(of name: String) throws(ExecutionError) -> String {
        try folder.read(name, limit: limits.output)
    }
}
