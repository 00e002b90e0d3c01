internal import Execution
internal import Expressions

/// The folders that a job has on the host, whatever its commands run in.
struct JobPlace: Equatable, Sendable {
    /// Holds all the others but the tools.
    let root: String
    let tools: String
    /// The last part of the repository's name, which is in the paths of a container.
    let repository: String

    init(_ assignment: JobAssignment, tools: String) {
        root = assignment.workspace
        self.tools = tools
        let name = assignment.contexts.github["repository"]?.displayString ?? ""
        repository = name.split(separator: "/").last.map(String.init) ?? "repository"
    }

    var workspace: String { "\(root)/workspace" }
    var home: String { "\(root)/home" }
    var temporary: String { "\(root)/temp" }
    var actions: String { "\(root)/actions" }

    /// The folders in `root`.
    static let folderNames = ["workspace", "home", "temp", "tmp", "actions"]

    func make() throws(ExecutionError) {
        for name in Self.folderNames { try Folder.make("\(root)/\(name)") }
        try Folder.make(tools)
    }

    /// The folders as a container job sees them, in the places that GitHub gives them.
    var containerFolders: WorkplaceFolders {
        WorkplaceFolders(
            workspace: .init(inside: "/__w/\(repository)/\(repository)", outside: workspace),
            temporary: .init(inside: "/__w/_temp", outside: temporary),
            tools: .init(inside: "/__t", outside: tools),
            actions: .init(inside: "/__w/_actions", outside: actions), home: .init(inside: "/github/home", outside: home))
    }

    /// Whether it is one of the folders themselves: no process of the job can put something else in their places.
    func isOwnFolder(_ path: String) -> Bool { [workspace, home, temporary, actions].contains(path) }

    /// What a path in one of the job's places is on the host; nil for any other path.
    func outside(_ path: String) -> String? {
        let container = containerFolders
        let places = [
            (container.workspace.inside, workspace), (container.temporary.inside, temporary), ("/github/home", home),
            ("/github/workspace", workspace), ("/slipway/workspace", workspace), ("/slipway/temp", temporary),
            ("/slipway/home", home), (workspace, workspace), (temporary, temporary), (home, home),
        ]
        for (inside, outside) in places where path == inside || path.hasPrefix(inside + "/") {
            return outside + path.dropFirst(inside.count)
        }
        return nil
    }
}
