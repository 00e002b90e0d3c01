internal import Buildspecs
internal import Diagnostics
internal import Glibc
internal import Pipelines
internal import Plan
internal import Workflows

/// A pipeline file on this machine.
struct PipelineFile: Sendable {
    /// The folders of a repository that hold pipelines.
    static let folders = [".github/workflows", ".slipway"]
    /// Where most repositories have their own actions.
    private static let actionFolder = ".github/actions"

    /// As the user wrote it.
    let path: String
    let text: String

    init(path: String) throws(CommandFailure) {
        self.path = path
        text = try InputFile.text(path)
    }

    /// Reads the file; calls of reusable workflows are followed where the file stands in a repository, to files of that.
    ///
    /// - Parameter isPipeline: whether it is one of stages, by `--kind` or its name.
    func document(isPipeline: Bool) -> WorkflowDocument {
        guard let root = Self.repositoryRoot(of: Self.absolute(path)) else {
            let nothing = LocalCalledWorkflows { _ in nil }
            return isPipeline
                ? PipelineReader.read(text: text, path: path, files: nothing) : WorkflowReader.read(text: text, path: path)
        }
        let calls = LocalCalledWorkflows { called in
            let target = Self.normalized(called, under: root)
            guard target.hasPrefix(root + "/") else { return nil }
            return try? InputFile.text(target)
        }
        return isPipeline
            ? PipelineReader.read(text: text, path: path, files: calls)
            : WorkflowReader.read(text: text, path: path, calls: calls)
    }

    /// Reads the file as a buildspec; the files that tasks of its batch name are those of the repository that it stands in.
    var buildspec: BuildspecDocument {
        let absolute = Self.absolute(path)
        let root = Self.repositoryRoot(of: absolute) ?? Self.folder(of: absolute)
        return BuildspecReader.read(text: text, path: path) { name in
            let target = Self.normalized(name, under: root)
            return target.hasPrefix(root + "/") ? try? InputFile.text(target) : nil
        }
    }

    /// Reads the file as one of a kind.
    func checked(as kind: PipelineKind) -> any CheckedDocument {
        switch kind {
        case .workflow, .pipeline: return document(isPipeline: kind == .pipeline)
        case .buildspec: return CheckedBuildspec(document: buildspec)
        case .action: break
        }
        let absolute = Self.absolute(path)
        let root = Self.repositoryRoot(of: absolute) ?? ""
        return ActionReader.read(text: text, path: String(absolute.dropFirst(root.count + 1)), file: path)
    }

    /// The metadata of the actions in a repository: at its root, and in the folders of `.github/actions`.
    static func actions(inRepository folder: String) -> [String] {
        let folders = names(in: "\(folder)/\(actionFolder)").filter { !$0.hasPrefix(".") }.sorted()
            .map { "\(actionFolder)/\($0)/" }
        return ([""] + folders).flatMap { place in ActionReader.fileNames.map { place + $0 } }
            .filter { access("\(folder)/\($0)", R_OK) == 0 }
    }

    /// The buildspec that CodeBuild looks for in a repository.
    static func buildspecs(inRepository folder: String) -> [String] {
        BuildspecReader.fileNames.filter { access("\(folder)/\($0)", R_OK) == 0 }
    }

    /// The pipeline files of the repository in a folder, sorted by name.
    static func all(inRepository folder: String) -> [String] {
        folders.flatMap { pipelines -> [String] in
            names(in: "\(folder)/\(pipelines)").filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }.sorted()
                .map { "\(pipelines)/\($0)" }
        }
    }

    /// The repository that holds a file: what stands before a folder for pipelines or actions, else the nearest folder with a `.git`;
    /// nil where there is neither.
    static func repositoryRoot(of path: String) -> String? {
        for folder in folders + [actionFolder] {
            if let range = path.ranges(of: "/\(folder)/").last { return String(path[..<range.lowerBound]) }
        }
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if access("\(folder)/.git", F_OK) == 0 { return String(folder) }
        }
        return nil
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let buffer = getcwd(nil, 0) else { return normalized(path, under: "") }
        defer { free(buffer) }
        return normalized(path, under: String(cString: buffer))
    }

    /// The folder that a file is in.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func normalized(_ path: String, under folder: String) -> String {
        var parts: [Substring] = []
        for part in "\(folder)/\(path)".split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}

/// A buildspec among other files that are checked.
struct CheckedBuildspec: CheckedDocument {
    let document: BuildspecDocument

    var kind: String { document.kind }
    var path: String { document.path }
    /// Those of the file, and what its batch says that has no effect where it runs.
    var diagnostics: [Diagnostic] { document.plan()?.notices.inFileOrder ?? document.diagnostics }
    var isAccepted: Bool { document.isAccepted }
}
