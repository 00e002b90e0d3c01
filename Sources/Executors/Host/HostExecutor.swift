public import Execution
internal import Glibc
internal import Processes

/// Runs jobs on this host: in a bubblewrap sandbox, or, where the settings say `none`, as plain processes.
///
/// Inside the sandbox a job's folders have the same names on every host: `/slipway/workspace`, `/slipway/home`,
/// `/slipway/temp`, `/slipway/tools`.
public struct HostExecutor: Executor {
    private let tools: String

    /// - Parameter tools: the folder that jobs share for tools, read-only in a sandbox.
    public init(tools: String) { self.tools = tools }

    public func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        let root = assignment.workspace
        for name in ["workspace", "home", "temp", "tmp", "actions"] { try Folder.make("\(root)/\(name)") }
        try Folder.make(tools)
        switch assignment.confinement.kind {
        case .none:
            return try HostWorkplace(
                folders: folders(of: root, inside: root, tools: tools), home: assignment.homeFolder ?? "\(root)/home",
                temporary: "\(root)/tmp",
                sandbox: nil, assignment: assignment)
        case .bubblewrap:
            let sandbox = try startSandbox(for: assignment)
            return try HostWorkplace(
                folders: folders(of: root, inside: "/slipway", tools: "/slipway/tools"),
                home: assignment.homeFolder ?? "/slipway/home",
                temporary: "/tmp", sandbox: sandbox, assignment: assignment)
        }
    }

    private func folders(of root: String, inside: String, tools toolsInside: String) -> WorkplaceFolders {
        WorkplaceFolders(
            workspace: .init(inside: "\(inside)/workspace", outside: "\(root)/workspace"),
            temporary: .init(inside: "\(inside)/temp", outside: "\(root)/temp"),
            tools: .init(inside: toolsInside, outside: tools),
            actions: .init(inside: "\(inside)/actions", outside: "\(root)/actions"))
    }

    private func startSandbox(for assignment: JobAssignment) throws(ExecutionError) -> Sandbox {
        let root = assignment.workspace
        let confinement = assignment.confinement
        var policy = SandboxPolicy(
            readable: [.init(tools, at: "/slipway/tools"), .init("\(root)/actions", at: "/slipway/actions")] + confinement.readOnlyPaths.map { .init($0) },
            writable: ["workspace", "home", "temp"].map { .init("\(root)/\($0)", at: "/slipway/\($0)") }
                + confinement.readWritePaths.map { .init($0) },
            hidden: confinement.hiddenPaths)
        policy.temporaryFolder = "\(root)/tmp"
        policy.devices = confinement.devices
        policy.sharesNetwork = confinement.sharesNetwork
        do { return try Sandbox.start(policy) } catch {
            throw ExecutionError("can't make the job's sandbox: \(error)")
        }
    }
}
