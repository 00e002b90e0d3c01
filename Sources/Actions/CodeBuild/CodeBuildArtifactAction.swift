internal import Archives
public import Execution
internal import Expressions
internal import Plan
internal import Storage

/// Keeps an artifact of a buildspec, as CodeBuild's UPLOAD_ARTIFACTS does.
///
/// Inputs: `name`, `suffix` (what is put after it, of a build in a batch), `files` and `exclude-paths` (patterns, one a line),
/// `base-directory` (a folder, or a pattern of several), `discard-paths`, `enable-symlinks` (links that stay in the
/// artifact are kept as links, others are left out). Outputs those of `actions/upload-artifact`, and `name`.
public struct CodeBuildArtifactAction: BuiltinAction {
    public static let names = ["slipway/codebuild-artifact"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let name = try name(invocation)
        let files = try JobFiles(invocation)
        let keepsLinks = try invocation.flag("enable-symlinks")
        let selection = try select(invocation, in: files, keepsLinks: keepsLinks)
        guard !selection.isEmpty else {
            throw ActionFailure(
                "no file matches the artifact's \"files\" (\(invocation.lines("files").joined(separator: ", "))): nothing is kept"
            )
        }
        invocation.log("Found \(selection.count) file\(selection.count == 1 ? "" : "s") for the artifact \"\(name)\"")
        let keeping = ArtifactKeeping(invocation)
        let order = try keeping.order(named: name)
        var result = try keeping.keep(selection, in: files, as: order, level: 6, keepsLinks: keepsLinks)
        result.outputs["name"] = .string(name)
        return result
    }

    /// The artifact's name; what no file system likes in one becomes `-`.
    private func name(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        let wanted = [invocation.input("name") ?? "artifact", invocation.input("suffix")].compactMap(\.self).joined(
            separator: "-")
        let name = String(wanted.map { "\":<>|*?\\/\r\n".contains($0) ? "-" : $0 })
        if name != wanted { invocation.log("The artifact is called \"\(name)\": a name can't hold all of \"\(wanted)\"") }
        return name
    }

    /// The files, with their names in the artifact.
    private func select(
        _ invocation: ActionInvocation, in files: JobFiles, keepsLinks: Bool
    ) throws(ActionFailure) -> [(path: String, name: String)] {
        let discardsPaths = try invocation.flag("discard-paths")
        var chosen: [(path: String, name: String)] = []
        var positions: [String: Int] = [:]
        for base in try bases(invocation, in: files) {
            for path in try found(below: base, invocation, in: files, keepsLinks: keepsLinks) {
                let below = path.hasPrefix(base + "/") ? String(path.dropFirst(base.count + 1)) : String(path.dropFirst())
                let name = discardsPaths ? below.split(separator: "/").last.map(String.init) ?? below : below
                if keepsLinks, try leaves(path, as: name, invocation, in: files) { continue }
                if let position = positions[name] {
                    invocation.log("##[warning]\(path) takes the place of \(chosen[position].path): both are \"\(name)\"")
                    chosen[position].path = path
                } else {
                    positions[name] = chosen.count
                    chosen.append((path, name))
                }
            }
        }
        return chosen
    }

    /// Whether a link leads out of the artifact: whoever unpacks it would get something else by it, or nothing.
    private func leaves(
        _ path: String, as name: String, _ invocation: ActionInvocation, in files: JobFiles
    ) throws(ActionFailure) -> Bool {
        let target: String?
        do throws(ArchiveError) { target = try files.map.link(at: path) } catch { throw ActionFailure(error.message) }
        guard let target else { return false }
        var depth = name.split(separator: "/").count - 1
        var stays = !target.hasPrefix("/")
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            stays = stays && depth >= 0
        }
        if !stays {
            invocation.log("##[warning]\(path) is left out: it is a link to \(target), which leads out of the artifact")
        }
        return !stays
    }

    /// The folders in which the patterns begin.
    private func bases(_ invocation: ActionInvocation, in files: JobFiles) throws(ActionFailure) -> [String] {
        let wanted = invocation.input("base-directory") ?? "."
        guard wanted.contains(where: { "*?[".contains($0) }) else { return [files.absolute(wanted)] }
        let found = try files.search(Self.plain(wanted), .init(takesDescendants: false)).found.filter(\.isFolder).map(\.path)
        if found.isEmpty { throw ActionFailure("no folder matches the artifact's \"base-directory\" (\(wanted))") }
        return found
    }

    private func found(
        below base: String, _ invocation: ActionInvocation, in files: JobFiles, keepsLinks: Bool
    ) throws(ActionFailure) -> [String] {
        func pattern(_ line: String) -> String { line.hasPrefix("/") ? line : "\(base)/\(Self.plain(line))" }
        var patterns: [String] = []
        for line in invocation.lines("files") {
            patterns.append(pattern(line))
            // A folder that is named outright stands for what is in it.
            if !line.contains(where: { "*?[".contains($0) }) { patterns.append(pattern(line) + "/**/*") }
        }
        patterns += invocation.lines("exclude-paths").flatMap(Self.excluded).map { "!" + pattern($0) }
        let result = try files.search(
            patterns.joined(separator: "\n"), .init(takesDescendants: false, followsLinks: !keepsLinks))
        for remark in result.leftOut { invocation.log(remark) }
        guard result.outside.isEmpty else {
            throw ActionFailure(
                "\(result.outside.joined(separator: ", ")) can't be kept: only what is in the workspace, the home folder and the"
                    + " temporary folders can")
        }
        return result.found.filter { !$0.isFolder }.map(\.path)
    }

    /// A line of `exclude-paths`, and where it ends in everything below a name, that name: such a line also leaves out files that
    /// are called so, by AWS's manual. With a wildcard in the name it means folders only.
    private static func excluded(_ line: String) -> [String] {
        let end = "/**/*"
        guard line.hasSuffix(end) else { return [line] }
        let name = line.dropLast(end.count)
        let last = name.split(separator: "/").last ?? ""
        return last.isEmpty || last.contains(where: { "*?[".contains($0) }) ? [line] : [line, String(name)]
    }

    /// Without a `./` at its beginning.
    private static func plain(_ pattern: String) -> String {
        var pattern = Substring(pattern)
        while pattern.hasPrefix("./") { pattern = pattern.dropFirst(2) }
        return String(pattern)
    }
}
