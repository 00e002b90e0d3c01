internal import Archives
internal import Execution
internal import Signing

/// The job's folders, as an action works in them: found by the paths that the job knows, and never left.
struct JobFiles {
    let map: FolderMap
    /// As the job knows it.
    let workspace: String
    /// What `~` stands for.
    let home: String?
    private let cancellation: Cancellation

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        let folders = invocation.folders
        var places = [(name: "workspace", folders.workspace), (name: "temp", folders.temporary)]
        if let home = folders.home { places.append((name: "home", home)) }
        if let scratch = folders.scratch { places.append((name: "tmp", scratch)) }
        do throws(ArchiveError) {
            map = try FolderMap(places.map { (name: $0.name, inside: $0.1.inside, outside: $0.1.outside) })
        } catch {
            throw ActionFailure(error.message)
        }
        workspace = folders.workspace.inside
        home = invocation.environment["HOME"] ?? invocation.workplace.environment["HOME"] ?? folders.home?.inside
        cancellation = invocation.cancellation
    }

    func search(_ text: String, _ options: FileSearch.Options) throws(ActionFailure) -> FileSearch.Result {
        let cancellation = cancellation
        do throws(ArchiveError) {
            return try FileSearch(
                text, in: map, folder: workspace, home: home, options: options,
                isCancelled: { cancellation.level != .none }
            ).run()
        } catch {
            throw ActionFailure(error.message)
        }
    }

    /// The absolute path of an input that names one folder or file.
    func absolute(_ path: String) -> String {
        var path = path
        if path == "~" || path.hasPrefix("~/"), let home { path = home + path.dropFirst() }
        if !path.hasPrefix("/") { path = "\(workspace)/\(path)" }
        return "/" + FolderMap.normalized(path).joined(separator: "/")
    }

    /// The files by which a cache of packages is told apart: those of the first patterns that match any.
    ///
    /// - Returns: their absolute paths, and a digest of what is in them.
    /// - Throws: `ActionFailure` where no pattern matches.
    func dependencies(_ patterns: [String]) throws(ActionFailure) -> (files: [String], digest: String) {
        for pattern in patterns {
            let found = try search(pattern, .init()).found.filter { !$0.isFolder }.map(\.path)
            guard !found.isEmpty else { continue }
            let hash = SHA256()
            for path in found {
                hash.update(Array(try archiving { () throws(ArchiveError) in try map.open(reading: path).digest() }.utf8))
            }
            return (found, hash.finishHexadecimal())
        }
        throw ActionFailure(
            "No file in \(workspace) matched to [\(patterns.joined(separator: " or "))], make sure you have checked out the target"
                + " repository")
    }

    /// The text of a file of the job; nil where there is none.
    func text(_ path: String, limit: Int = 1 << 20) throws(ActionFailure) -> String? {
        do throws(ArchiveError) { return try map.text(of: absolute(path), limit: limit) } catch {
            throw ActionFailure(error.message)
        }
    }
}
