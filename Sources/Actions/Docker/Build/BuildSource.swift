internal import Docker
internal import Execution
internal import Git
internal import Plan

/// Where a build's context and Dockerfile come from: a folder of the job, or the run's repository as Git has it.
struct BuildSource {
    let invocation: ActionInvocation
    /// As this process sees it.
    private(set) var folder: String
    /// What the folder has to lie in.
    private(set) var root: String
    private(set) var dockerfile: BuildContext.Dockerfile
    private(set) var dockerfileText: String?
    /// What has to be removed after the build.
    private var checkout: String?

    private static let standardContext = "{{defaultContext}}"
    private static let longestDockerfile = 4 << 20

    /// - Parameter scratch: a folder that is nobody else's, for what Git has.
    init(_ invocation: ActionInvocation, scratch: String) throws(ActionFailure) {
        self.invocation = invocation
        let context = invocation.input("context") ?? Self.standardContext
        let file = invocation.input("file")
        if context.hasPrefix(Self.standardContext) {
            (folder, root, checkout) = try Self.repository(invocation, context, scratch)
            dockerfile = .inContext(file ?? "Dockerfile")
            do throws(DockerError) {
                dockerfileText = try BuildContext.text(of: file ?? "Dockerfile", in: folder, within: root)
            } catch {
                try? Folder.remove(scratch)
                throw ActionFailure("\(error)")
            }
            return
        }
        guard !["://", "git@"].contains(where: { context.contains($0) }), !context.hasSuffix(".git") else {
            throw ActionFailure(
                "the context \"\(context)\" is elsewhere: check it out with actions/checkout, and name its folder as the context")
        }
        let files = try JobFiles(invocation)
        let path = files.absolute(context)
        (folder, root) = try Self.place(of: path, in: invocation.folders)
        let place = files.absolute(file ?? "\(path)/Dockerfile")
        if place.hasPrefix(path + "/") {
            let name = String(place.dropFirst(path.count + 1))
            dockerfile = .inContext(name)
            let (folder, root) = (folder, root)
            dockerfileText = try asking { () throws(DockerError) in try BuildContext.text(of: name, in: folder, within: root) }
        } else {
            guard let text = try files.text(place, limit: Self.longestDockerfile) else {
                throw ActionFailure("there is no Dockerfile \(place)")
            }
            let own = try files.text("\(place).dockerignore", limit: Self.longestDockerfile)
            dockerfile = .separate(Array(text.utf8), ignoreFile: own.map { Array($0.utf8) })
            dockerfileText = text
        }
    }

    func context(_ descent: ContextDescent) throws(ActionFailure) -> BuildContext {
        try asking { () throws(DockerError) in
            try BuildContext(folder, within: root, dockerfile: dockerfile, descent: descent)
        }
    }

    func discard() { if let checkout { try? Folder.remove(checkout) } }

    /// A path of the job's as this process sees it, and the job's folder that it is in.
    private static func place(
        of path: String, in folders: WorkplaceFolders
    ) throws(ActionFailure) -> (folder: String, root: String) {
        let places = [folders.workspace, folders.temporary, folders.home, folders.scratch].compactMap { $0 }
        for place in places.sorted(by: { $0.inside.count > $1.inside.count }) {
            if path == place.inside { return (place.outside, place.outside) }
            if path.hasPrefix(place.inside + "/") {
                return (place.outside + path.dropFirst(place.inside.count), place.outside)
            }
        }
        throw ActionFailure("the context \(path) is not in the job's folders: it has to be in the workspace")
    }

    /// The commit of the run, without what steps changed in the workspace; with a folder of it behind a colon.
    private static func repository(
        _ invocation: ActionInvocation, _ context: String, _ scratch: String
    ) throws(ActionFailure) -> (folder: String, root: String, checkout: String?) {
        var below = context.dropFirst(standardContext.count)
        guard below.isEmpty || below.hasPrefix(":") else {
            throw ActionFailure("the context \"\(context)\" is not understood: a folder is named {{defaultContext}}:folder")
        }
        below = below.drop { $0 == ":" || $0 == "/" }
        let source = invocation.assignment.source
        if let tree = source.workingTree { return (below.isEmpty ? tree : "\(tree)/\(below)", tree, nil) }
        guard let commit = ObjectID(source.commit) else {
            throw ActionFailure("the run's commit \"\(source.commit)\" is none of Git's")
        }
        do {
            let mirror = try Mirror.open(existing: source.mirror)
            try Folder.make(scratch)
            let cancellation = invocation.cancellation
            _ = try mirror.checkout(
                commit, into: scratch, isCancelled: { cancellation.level != .none })
            // As BuildKit does it: the history is no part of the context.
            try Folder.remove("\(scratch)/.git")
        } catch {
            try? Folder.remove(scratch)
            throw ActionFailure("the repository can't be laid out as the context: \(error)")
        }
        return (below.isEmpty ? scratch : "\(scratch)/\(below)", scratch, scratch)
    }
}
