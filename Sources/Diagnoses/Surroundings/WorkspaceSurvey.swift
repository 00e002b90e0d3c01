internal import Docker
internal import Execution
internal import Glibc

/// What a workspace holds, as far as is needed to say why a file is not found. Links are not followed: a job may have made them.
struct WorkspaceSurvey {
    /// How much is looked at: a workspace may hold any number of files.
    private static let mostEntries = 50_000
    private static let deepest = 12
    private static let mostIgnoreFiles = 40
    private static let largestIgnoreFile = 256 << 10
    /// Folders that hold what was installed, not what the repository has.
    private static let passedOver: Set<String> = [".git", "node_modules", ".venv", "venv", "site-packages", "__pycache__"]

    /// From the workspace on.
    private(set) var files: [String] = []
    private(set) var ignoreFiles: [String] = []
    private let place: WorkplaceFolders.Place

    init(_ place: WorkplaceFolders.Place) {
        self.place = place
        let root = open(place.outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        if root >= 0 { look(in: root, prefix: "", depth: 0) }
    }

    /// Takes the descriptor over.
    private mutating func look(in folder: Int32, prefix: String, depth: Int) {
        guard let stream = fdopendir(folder) else {
            close(folder)
            return
        }
        defer { closedir(stream) }
        var folders: [String] = []
        while files.count < Self.mostEntries, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                if !Self.passedOver.contains(name) { folders.append(name) }
                continue
            }
            files.append(prefix + name)
            if name == ".gitignore" || name.hasSuffix(".dockerignore"), ignoreFiles.count < Self.mostIgnoreFiles {
                ignoreFiles.append(prefix + name)
            }
        }
        guard depth < Self.deepest else { return }
        for name in folders.sorted() {
            let inner = openat(dirfd(stream), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            if inner >= 0 { look(in: inner, prefix: "\(prefix)\(name)/", depth: depth + 1) }
        }
    }

    func text(of path: String) -> String? {
        guard let file = try? ContainedFile(path, in: place) else { return nil }
        return try? file.text(limit: Self.largestIgnoreFile)
    }

    /// Searches for a path that a program or a build did not find. One that a container knows begins with the container's folders,
    /// so its ends are tried, too.
    func find(_ path: String) -> FileSearchAnswer {
        var names = path.split(separator: "/").filter { $0 != "." }
        if names.first == ".." { names.removeAll { $0 == ".." } }
        guard !names.isEmpty, !names.contains("..") else { return FileSearchAnswer() }
        let isWhole = !path.hasPrefix("/")
        let ends = (0..<(isWhole ? 1 : names.count)).map { names.dropFirst($0).joined(separator: "/") }
        var answer = FileSearchAnswer()
        answer.paths = found(ends)
        let gitFiles = GitIgnoreFiles(
            ignoreFiles.filter { $0 == ".gitignore" || $0.hasSuffix("/.gitignore") }.compactMap { path in
                text(of: path).map { GitIgnoreFile(path: path, text: $0) }
            })
        let bases = self.bases
        for end in ends where answer.gitRule == nil {
            answer.gitRule = bases.lazy.compactMap { gitFiles.line(hiding: $0 + end) }.first
        }
        for end in ends where answer.dockerRule == nil { answer.dockerRule = dockerRule(hiding: end) }
        return answer
    }

    private func found(_ ends: [String]) -> [String] {
        for end in ends {
            let hits = files.lazy.filter { $0 == end || $0.hasSuffix("/" + end) }.prefix(3)
            if !hits.isEmpty { return Array(hits) }
        }
        return []
    }

    /// Where a relative path may begin: the workspace, and each folder with an ignore file or a Dockerfile.
    private var bases: [String] {
        var bases = [""]
        for file in ignoreFiles + files.filter({ $0.hasSuffix("/Dockerfile") }).prefix(Self.mostIgnoreFiles) {
            guard let slash = file.lastIndex(of: "/") else { continue }
            let base = String(file[...slash])
            if !bases.contains(base) { bases.append(base) }
        }
        return bases
    }

    /// By the ignore file of any folder that may be a build context.
    private func dockerRule(hiding path: String) -> IgnoreLine? {
        for file in ignoreFiles where file.hasSuffix(".dockerignore") {
            guard let text = text(of: file), let rules = try? IgnoreRules(text: Array(text.utf8), name: file) else { continue }
            let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
            let inside = path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
            guard let rule = rules.rule(leavingOut: inside), let line = rule.line else { continue }
            return IgnoreLine(file: file, line: line, pattern: rule.text)
        }
        return nil
    }
}
