internal import Git
internal import Glibc
internal import Processes

/// The process that the daemon keeps ready to fork workers and fetchers from: everything is loaded, nothing is running.
///
/// It must have one thread only, so `main` comes here before anything else.
public enum ForkServerProcess {
    /// The command line's word for it.
    public static let command = "fork-server"

    /// Serves until the daemon is gone; in every forked child, plays the child's role.
    public static func run() -> Never {
        GitLibrary.prepare()
        WorkerRehearsal.run()
        guard let assignment = ForkServer.serve() else { exit(0) }
        switch assignment.role {
        case WorkerRole.name: WorkerRole.run(assignment.descriptors)
        case ReadyWorkerRole.name: ReadyWorkerRole.run(assignment.descriptors)
        case CompactionRole.name: CompactionRole.run(assignment.descriptors)
        case MarkdownRole.name: MarkdownRole.run(assignment.descriptors)
        case FetchRole.name: FetchRole.run(assignment.descriptors)
        default: exit(2)
        }
    }
}
