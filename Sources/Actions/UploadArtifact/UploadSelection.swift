internal import Archives
internal import Execution
internal import Plan

/// The files that `path` selects, and the folder that their names in the artifact begin in.
///
/// With one search path (the part of a pattern before its first wildcard) that is the search path itself, or for a single file
/// its folder; with several, the folder that they have in common.
struct UploadSelection {
    /// Absolute, as the job knows them, with their names in the artifact.
    let files: [(path: String, name: String)]
    let annotations: [Annotation]
    private static let mostRemarks = 10

    init(_ text: String, in files: JobFiles, includesHidden: Bool, log: (String) -> Void) throws(ActionFailure) {
        let result = try files.search(text, FileSearch.Options(leavesOutHidden: !includesHidden))
        guard result.outside.isEmpty else {
            let places = files.map.mounts.map(\.inside).joined(separator: ", ")
            throw ActionFailure(
                "\(result.outside.joined(separator: ", ")) can't be uploaded: only what is in the job's folders can (\(places))")
        }
        let found = result.found.filter { !$0.isFolder }.map(\.path)
        let root = Self.root(of: result.searchPaths, files: found, log: log)
        self.files = found.map { path in
            (path, String(path.dropFirst(root == "/" ? 1 : root.utf8.count == 0 ? 0 : root.count + 1)))
        }
        for remark in result.leftOut { log(remark) }
        annotations = result.leftOut.prefix(Self.mostRemarks).map { Annotation(level: .warning, message: $0) }
        warnOfCase(log)
    }

    private static func root(of searchPaths: [String], files: [String], log: (String) -> Void) -> String {
        guard searchPaths.count > 1 else {
            let path = searchPaths.first ?? "/"
            return files == [path] ? parent(of: path) : path
        }
        log("Multiple search paths detected. Calculating the least common ancestor of all paths")
        var common = FolderMap.normalized(searchPaths[0])
        for path in searchPaths.dropFirst() {
            let names = FolderMap.normalized(path)
            common = Array(zip(common, names).prefix { $0 == $1 }.map(\.0))
        }
        let root = "/" + common.joined(separator: "/")
        log("The least common ancestor is \(root). This will be the root directory of the artifact")
        return root
    }

    private static func parent(of path: String) -> String {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        return parent.isEmpty ? "/" : parent
    }

    /// People unpack artifacts on machines where names differ by more than case.
    private func warnOfCase(_ log: (String) -> Void) {
        var seen: Set<String> = []
        for file in files where !seen.insert(file.name.lowercased()).inserted {
            log("The names of artifacts' files should differ by more than case: \(file.name) may be overwritten by another")
        }
    }
}
