public import Execution
internal import Glibc
internal import Processes

/// A job's folders on this host, and its sandbox where it has one. They can be made before it is known which job it will be, so
/// that the job doesn't wait for them: nothing in them depends on it.
///
/// Not thread-safe. Used for one job at most, and by no other than the process that made it. It is unchecked Sendable since
/// executors are Sendable: whoever holds it in one opens a single place, on a single thread.
public final class HostPreparation: @unchecked Sendable {
    /// What is to be made.
    public struct Order: Codable, Equatable, Sendable {
        /// The folder that is made; it gets the name that its job gives it later.
        public var root: String
        public var tools: String
        public var confinement: JobAssignment.Confinement

        public init(root: String, tools: String, confinement: JobAssignment.Confinement) {
            self.root = root
            self.tools = tools
            self.confinement = confinement
        }
    }

    private let order: Order
    private let pending: PendingSandbox?

    /// Makes the folders, and begins with the sandbox.
    ///
    /// - Throws: `ExecutionError` where a folder can't be made or no sandbox be started; nothing is left then.
    public init(_ order: Order) throws(ExecutionError) {
        self.order = order
        do throws(ExecutionError) {
            for name in ["workspace", "home", "temp", "tmp", "actions"] { try Folder.make("\(order.root)/\(name)") }
            try Folder.make(order.tools)
            do { pending = order.confinement.kind == .none ? nil : try Sandbox.begin(Self.policy(for: order)) } catch {
                throw ExecutionError("can't make the job's sandbox: \(error)")
            }
        } catch {
            try? Folder.remove(order.root)
            throw error
        }
    }

    /// Gives it to a job: its folders get the job's name.
    ///
    /// - Returns: the finished sandbox; nil for a job that has none.
    func adopt(for assignment: JobAssignment) throws(ExecutionError) -> Sandbox? {
        let sandbox: Sandbox?
        // Before the folder is renamed: until then bubblewrap looks for it under the first name.
        do { sandbox = try pending?.finish() } catch {
            try Folder.remove(order.root)
            throw ExecutionError("can't make the job's sandbox: \(error)")
        }
        if order.root != assignment.workspace { try Folder.rename(order.root, to: assignment.workspace) }
        return sandbox
    }

    /// Whether it is what the job needs. The host may have changed since it was made: files that have to be hidden may be new.
    func fits(_ assignment: JobAssignment) -> Bool {
        let wanted = Order(root: order.root, tools: assignment.toolsFolder, confinement: assignment.confinement)
        return wanted == order && pending?.isCurrent != false
    }

    /// Takes it away again.
    public func discard() throws(ExecutionError) {
        pending?.abandon()
        try Folder.remove(order.root)
    }

    private static func policy(for order: Order) -> SandboxPolicy {
        let confinement = order.confinement
        var policy = SandboxPolicy(
            readable: [.init(order.tools, at: "/slipway/tools"), .init("\(order.root)/actions", at: "/slipway/actions")]
                + confinement.readOnlyPaths.map { .init($0) },
            writable: ["workspace", "home", "temp"].map { .init("\(order.root)/\($0)", at: "/slipway/\($0)") }
                + confinement.readWritePaths.map { .init($0) },
            hidden: confinement.hiddenPaths)
        policy.temporaryFolder = "\(order.root)/tmp"
        policy.devices = confinement.devices
        policy.sharesNetwork = confinement.sharesNetwork
        return policy
    }
}
