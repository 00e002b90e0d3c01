internal import Expressions
internal import Glibc
internal import Signing

/// `hashFiles()`: one SHA-256 over the SHA-256 of each matching file, in the order in which GitHub's runner visits them.
///
/// Files are visited depth first, names of a folder in byte order, links to folders not followed. Of several patterns the last
/// one that matches a path decides; a pattern with `!` takes away. See "hashFiles" in GitHub's manual.
struct FileHash {
    let workspace: String

    /// - Returns: 64 hexadecimal digits, or nothing where no file matches.
    /// - Throws: an evaluation error where a file can't be read.
    func digest(patterns: [String]) throws(ExpressionError) -> String {
        let rules = patterns.flatMap { $0.split(separator: "\n") }.compactMap { Rule($0, workspace: workspace) }
        guard rules.contains(where: { !$0.excludes }) else { return "" }
        let total = SHA256()
        var found = false
        try visit("") { path throws(ExpressionError) in
            guard rules.last(where: { $0.matches(path) })?.excludes == false else { return }
            found = true
            total.update(try fileDigest(path))
        }
        return found ? total.finishHexadecimal() : ""
    }

    private func visit(_ folder: String, file: (String) throws(ExpressionError) -> Void) throws(ExpressionError) {
        for name in names(in: "\(workspace)/\(folder)") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(workspace)/\(path)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try visit(path, file: file)
            case S_IFREG: try file(path)
            default: continue
            }
        }
    }

    private func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func fileDigest(_ path: String) throws(ExpressionError) -> [UInt8] {
        let descriptor = open("\(workspace)/\(path)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        let hash = SHA256()
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return hash.finish() }
            guard count > 0 else { throw unreadable(path) }
            hash.update(Array(chunk[..<count]))
        }
    }

    private func unreadable(_ path: String) -> ExpressionError {
        ExpressionError(
            phase: .evaluation, message: "hashFiles can't read \(path): \(String(cString: strerror(errno)))")
    }
}

extension FileHash {
    /// One pattern, relative to the workspace.
    private struct Rule {
        var excludes: Bool
        private var segments: [String]

        init?(_ line: Substring, workspace: String) {
            var text = line.drop { $0 == " " || $0 == "\t" }
            while let last = text.last, last.isWhitespace { text.removeLast() }
            excludes = text.hasPrefix("!")
            if excludes { text.removeFirst() }
            guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
            if text.hasPrefix(workspace + "/") { text = text.dropFirst(workspace.count + 1) }
            segments = text.split(separator: "/").map(String.init).filter { $0 != "." }
        }

        /// A pattern that matches a folder takes in all below it.
        func matches(_ path: String) -> Bool {
            let names = path.split(separator: "/").map(String.init)
            return (1...names.count).contains { Self.matches(segments[...], names[..<$0]) }
        }

        private static func matches(_ segments: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
            guard let segment = segments.first else { return names.isEmpty }
            if segment == "**" {
                if matches(segments.dropFirst(), names) { return true }
                return !names.isEmpty && matches(segments, names.dropFirst())
            }
            guard let name = names.first, fnmatch(segment, name, 0) == 0 else { return false }
            return matches(segments.dropFirst(), names.dropFirst())
        }
    }
}
