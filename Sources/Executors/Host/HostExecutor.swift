public import Execution
internal import Processes

/// Runs jobs on this host: in a bubblewrap sandbox, or, where the settings say `none`, as plain processes.
///
/// Inside the sandbox a job's folders have the same names on every host: `/slipway/workspace`, `/slipway/home`,
/// `/slipway/temp`, `/slipway/tools`.
public struct HostExecutor: Executor {
    private let tools: String
    private let preparation: HostPreparation?

    /// - Parameters:
    ///   - tools: the folder that jobs share for tools, read-only in a sandbox.
    ///   - preparation: what was made beforehand for the one job that will be opened; nil: it is made then.
    public init(tools: String, preparation: HostPreparation? = nil) {
        self.tools = tools
        self.preparation = preparation
    }

    public func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        let root = assignment.workspace
        let sandbox = try prepared(for: assignment).adopt(for: assignment)
        switch assignment.confinement.kind {
        case .none:
            return try HostWorkplace(
                folders: folders(of: root, inside: root, tools: tools, home: assignment.homeFolder, scratch: "\(root)/tmp"),
                sandbox: sandbox, assignment: assignment)
        case .bubblewrap:
            return try HostWorkplace(
                folders: folders(
                    of: root, inside: "/slipway", tools: "/slipway/tools", home: assignment.homeFolder, scratch: "/tmp"),
                sandbox: sandbox, assignment: assignment)
        }
    }

    /// - Parameter home: a folder that jobs share, under the same path inside; nil: the job's own.
    private func folders(
        of root: String, inside: String, tools toolsInside: String, home: String?, scratch: String
    ) -> WorkplaceFolders {
        WorkplaceFolders(
            workspace: .init(inside: "\(inside)/workspace", outside: "\(root)/workspace"),
            temporary: .init(inside: "\(inside)/temp", outside: "\(root)/temp"),
            tools: .init(inside: toolsInside, outside: tools),
            actions: .init(inside: "\(inside)/actions", outside: "\(root)/actions"),
            home: .init(inside: home ?? "\(inside)/home", outside: home ?? "\(root)/home"),
            scratch: .init(inside: scratch, outside: "\(root)/tmp"))
    }

    /// What was made beforehand, or, where there is nothing or it is not what the job needs, a new one.
    private func prepared(for assignment: JobAssignment) throws(ExecutionError) -> HostPreparation {
        if let preparation {
            if preparation.fits(assignment) { return preparation }
            try preparation.discard()
        }
        return try HostPreparation(
            HostPreparation.Order(root: assignment.workspace, tools: tools, confinement: assignment.confinement))
    }
}
