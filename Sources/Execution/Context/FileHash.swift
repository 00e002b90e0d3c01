internal import Expressions
internal import Glibc
internal import Signing

/// `hashFiles()`: one SHA-256 over the SHA-256 of each matching file, in the order in which GitHub's runner visits them.
///
/// It begins at the literal start of each pattern, in their order, leaving out what another start covers; and visits depth first,
/// the names of a folder in byte order. Links to folders are not followed; a link to a file counts as the file, unless it leads
/// out of the workspace. Of several patterns the last one that matches a path decides. See "hashFiles" in GitHub's manual.
struct FileHash {
    let workspace: WorkplaceFolders.Place
    var cancellation: Cancellation?

    /// - Returns: 64 hexadecimal digits, or nothing where no file matches.
    /// - Throws: an evaluation error where a file can't be read, a pattern makes no sense, or the step is cancelled.
    func digest(patterns: [String]) throws(ExpressionError) -> String {
        let patterns = try read(patterns)
        let total = SHA256()
        var found = false
        for root in roots(of: patterns) {
            try visit(root, patterns: patterns) { path throws(ExpressionError) in
                guard let digest = try fileDigest(path) else { return }
                found = true
                total.update(digest)
            }
        }
        return found ? total.finishHexadecimal() : ""
    }

    private func read(_ texts: [String]) throws(ExpressionError) -> [FilePattern] {
        var patterns: [FilePattern] = []
        for line in texts.flatMap({ $0.split(separator: "\n") }) {
            do {
                if let pattern = try FilePattern(line, workspaces: [workspace.inside, workspace.outside]) {
                    patterns.append(pattern)
                }
            } catch {
                throw ExpressionError(phase: .evaluation, message: "hashFiles: \(error.message)")
            }
        }
        return patterns
    }

    private func roots(of patterns: [FilePattern]) -> [[String]] {
        let paths = patterns.filter { !$0.excludes }.map(\.searchPath)
        var roots: [[String]] = []
        for path in paths where !roots.contains(path) {
            let isCovered = paths.contains { $0.count < path.count && path.starts(with: $0) }
            if !isCovered { roots.append(path) }
        }
        return roots
    }

    private func visit(
        _ names: [String], patterns: [FilePattern], file: ([String]) throws(ExpressionError) -> Void
    ) throws(ExpressionError) {
        try checkCancellation()
        var status = stat()
        guard lstat(outside(names), &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            if patterns.last(where: { $0.matches(names) })?.excludes == false { try file(names) }
            return
        }
        guard patterns.contains(where: { !$0.excludes && $0.mayMatch(below: names) }) else { return }
        for name in children(of: names) { try visit(names + [name], patterns: patterns, file: file) }
    }

    private func outside(_ names: [String]) -> String {
        names.isEmpty ? workspace.outside : "\(workspace.outside)/\(names.joined(separator: "/"))"
    }

    private func children(of names: [String]) -> [String] {
        guard let handle = opendir(outside(names)) else { return [] }
        defer { closedir(handle) }
        var children: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { children.append(name) }
        }
        return children.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Nil for what is no regular file in the workspace.
    private func fileDigest(_ names: [String]) throws(ExpressionError) -> [UInt8]? {
        let path = names.joined(separator: "/")
        let file: ContainedFile?
        do { file = try ContainedFile(path, in: workspace) } catch { throw unreadable(path, error.message) }
        guard let file else { return nil }
        let hash = SHA256()
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            try checkCancellation()
            let count = Glibc.read(file.descriptor, &chunk, chunk.count)
            if count == 0 { return hash.finish() }
            guard count > 0 else { throw unreadable(path, String(cString: strerror(errno))) }
            hash.update(count == chunk.count ? chunk : Array(chunk[..<count]))
        }
    }

    private func checkCancellation() throws(ExpressionError) {
        guard let cancellation, cancellation.level != .none else { return }
        throw ExpressionError(phase: .evaluation, message: "hashFiles was stopped: \(cancellation.reason)")
    }

    private func unreadable(_ path: String, _ problem: String) -> ExpressionError {
        ExpressionError(phase: .evaluation, message: "hashFiles can't read \(path): \(problem)")
    }
}
