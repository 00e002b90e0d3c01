internal import LogText
#if canImport(Glibc)
internal import Glibc
#endif

/// The files of one step by which its commands talk back: `GITHUB_ENV`, `GITHUB_OUTPUT` and the like.
struct FileCommandFolder {
    /// The variable that names each file, and the file's name.
    private static let files = [
        ("GITHUB_ENV", "env"), ("GITHUB_OUTPUT", "output"), ("GITHUB_PATH", "path"), ("GITHUB_STATE", "state"),
        ("GITHUB_STEP_SUMMARY", "summary"),
    ]
    /// More than this in one file is refused: outputs become contexts, held in memory and sent to other jobs.
    static let limit = 1 << 20

    let place: WorkplaceFolders.Place

    init(step number: Int, in temporary: WorkplaceFolders.Place) throws(ExecutionError) {
        place = temporary.appending("step-\(number)")
        try Folder.make(place.outside)
        for (_, name) in Self.files { try Folder.write("", to: "\(place.outside)/\(name)") }
    }

    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: Self.files.map { ($0.0, "\(place.inside)/\($0.1)") })
    }

    /// What the step wrote to `env`, `output` or `state`.
    func pairs(of file: String) throws(ExecutionError) -> [FileCommand.Pair] {
        let text = try text(of: file)
        do { return try FileCommand.pairs(in: text) } catch {
            throw ExecutionError("can't read what the step wrote to GITHUB_\(file.uppercased()): \(error)")
        }
    }

    /// The lines of `GITHUB_PATH`.
    func pathEntries() throws(ExecutionError) -> [String] { FileCommand.paths(in: Array(try text(of: "path").utf8)) }

    func summary() throws(ExecutionError) -> String { try text(of: "summary") }

    private func text(of name: String) throws(ExecutionError) -> String {
        try Folder.read("\(place.outside)/\(name)", limit: Self.limit)
    }
}
