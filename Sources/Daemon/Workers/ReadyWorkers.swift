internal import Execution
internal import Executors
internal import Foundation
internal import Glibc
internal import Plan
internal import Processes
internal import Synchronization

/// Workers that are there before their jobs are: forked, with a workspace and a sandbox made, waiting for an order.
///
/// They take from a job's start what takes longest in it. Each serves one job; one whose preparation is not what a job needs
/// waits on. They wait on a socket of this process, so they end with it, and cost no wake-up while they wait.
final class ReadyWorkers: Sendable {
    /// A worker that waits.
    struct Worker: Sendable {
        let process: ForkedProcess
        let socket: MessageSocket
        let order: HostPreparation.Order

        /// Hands the job over: the order, and the job's folder's lock.
        ///
        /// - Throws: where the worker is gone; the job is another's then.
        func begin(order: OwnedDescriptor, lock: Int32) throws(ProcessError) {
            try socket.send([ReadyWorkerRole.begin], descriptors: [order.number, lock])
        }
    }

    private struct State {
        var waiting: [Worker] = []
        /// Those that are being made.
        var coming = 0
        var nextName = 0
    }

    private let state = Mutex(State())
    private let folders: StateFolders
    private let forkServer: ForkServerClient
    private let report: @Sendable (String) -> Void

    /// The folders of workers that wait, below the state's workspaces. This daemon's number keeps them apart from those that
    /// workers of the one before it are just removing.
    private static let folderPrefix = "ready-"
    private let ownPrefix = "\(folderPrefix)\(getpid())-"

    init(folders: StateFolders, forkServer: ForkServerClient, report: @escaping @Sendable (String) -> Void) {
        self.folders = folders
        self.forkServer = forkServer
        self.report = report
    }

    /// A worker that has made what the job needs; nil where there is none.
    func take(preparedAs confinement: JobAssignment.Confinement, tools: String) -> Worker? {
        state.withLock { state in
            state.waiting.removeAll { $0.process.hasEnded }
            let index = state.waiting.firstIndex { $0.order.confinement == confinement && $0.order.tools == tools }
            return index.map { state.waiting.remove(at: $0) }
        }
    }

    /// Sees to it that `count` workers wait, all of them so prepared; others are sent away.
    func keep(_ count: Int, preparedAs confinement: JobAssignment.Confinement, tools: String) async {
        let (missing, name) = state.withLock { state in
            state.waiting.removeAll {
                $0.process.hasEnded || $0.order.confinement != confinement || $0.order.tools != tools
            }
            // A worker whose socket is closed ends.
            state.waiting.removeLast(max(0, state.waiting.count - count))
            let missing = max(0, count - state.waiting.count - state.coming)
            state.coming += missing
            state.nextName += missing
            return (missing, state.nextName)
        }
        for index in 0..<missing {
            let root = "\(folders.workspaces)/\(ownPrefix)\(name - index)"
            await make(HostPreparation.Order(root: root, tools: tools, confinement: confinement))
        }
    }

    /// Removes what workers left that were killed while they waited for another daemon's jobs. Blocks.
    func removeLeftovers() {
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: folders.workspaces)
            where name.hasPrefix(Self.folderPrefix) && !name.hasPrefix(ownPrefix) {
                try Folder.remove("\(folders.workspaces)/\(name)")
            }
        } catch {
            report("can't remove what was left in \(folders.workspaces): \(error)")
        }
    }

    private func make(_ order: HostPreparation.Order) async {
        do {
            let (near, far) = try MessageSocket.pair()
            let process = try await forkServer.fork(role: ReadyWorkerRole.name, descriptors: [far.descriptor.number])
            far.descriptor.close()
            let text = try OwnedDescriptor.inMemory([UInt8](try JSONEncoder().encode(order)))
            try near.send([ReadyWorkerRole.prepare], descriptors: [text.number])
            state.withLock { state in
                state.coming -= 1
                state.waiting.append(Worker(process: process, socket: near, order: order))
            }
        } catch {
            state.withLock { $0.coming -= 1 }
            report("no worker could be made ready, jobs wait for theirs: \(error)")
        }
    }
}
