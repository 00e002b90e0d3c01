internal import CProcesses
internal import Glibc

/// The serving side of the fork server: a process of this program with one thread that has loaded everything and waits, so that
/// a worker costs a fork and not the start of a program.
///
/// `main` calls `serve()` before anything that makes a thread. It returns in every forked child, with what that child is to be,
/// and with nil in the server itself once its client is gone: `main` then exits.
public enum ForkServer {
    /// What a forked process is to be.
    public struct Assignment: Sendable {
        /// As the client named it.
        public let role: String
        /// As the client sent them, in that order; close-on-exec.
        public let descriptors: [OwnedDescriptor]
    }

    /// Serves the client at the other end of a socket, by default this process's standard input.
    ///
    /// A child leads its own session, has `/dev/null` as standard input, all signals at their defaults, and the server's
    /// standard output and standard error.
    public static func serve(on socket: Int32 = 0) -> Assignment? {
        let signals = slipway_child_signals()
        while true {
            let ready = Polling.ready([socket, signals], until: nil)
            if ready[1] { reapChildren(signals) }
            guard ready[0] else { continue }
            switch serveRequest(socket) {
            case .served: continue
            case .clientGone: return nil
            case .child(let assignment):
                becomeChild(socket: socket, signals: signals)
                return assignment
            }
        }
    }

    private enum Step {
        case served
        case clientGone
        case child(Assignment)
    }

    private static func serveRequest(_ socket: Int32) -> Step {
        guard let message = ForkMessage.receive(from: socket) else { return .clientGone }
        guard let request = ForkRequest(message.bytes) else {
            ForkReply(pid: 0, code: EINVAL).send(to: socket)
            return .served
        }
        let assignment = Assignment(role: request.role, descriptors: message.descriptors)
        if request.milliseconds > 0 { return forkBounded(socket, assignment, milliseconds: request.milliseconds) }
        return forkDetached(socket, assignment)
    }

    /// A child of the server that SIGALRM ends at its deadline.
    private static func forkBounded(_ socket: Int32, _ assignment: Assignment, milliseconds: UInt64) -> Step {
        let pid = slipway_fork()
        if pid == 0 {
            setsid()
            _ = slipway_alarm(milliseconds)
            return .child(assignment)
        }
        reply(pid, to: socket)
        return .served
    }

    /// A process that belongs to nobody here and outlives the client and the server. Its parent, which ends at once, answers the
    /// client, as it alone can be sure which process the pid means.
    private static func forkDetached(_ socket: Int32, _ assignment: Assignment) -> Step {
        let between = slipway_fork_orphan({ pid, socket in ForkServer.reply(pid, to: socket) }, socket)
        if between == 0 {
            setsid()
            return .child(assignment)
        }
        if between < 0 { reply(between, to: socket) }
        return .served
    }

    private static func reply(_ pid: Int32, to socket: Int32) {
        guard pid > 0 else { return ForkReply(pid: 0, code: errno).send(to: socket) }
        let pidfd = slipway_pidfd_open(pid)
        guard pidfd >= 0 else {
            let code = errno
            kill(pid, SIGKILL)
            return ForkReply(pid: 0, code: code).send(to: socket)
        }
        let handle = OwnedDescriptor(pidfd)
        ForkReply(pid: pid, code: 0).send(to: socket, handle)
    }

    /// Several ends may have come as one signal, so all that have ended are collected.
    private static func reapChildren(_ signals: Int32) {
        var notice = [UInt8](repeating: 0, count: 128)
        while read(signals, &notice, notice.count) > 0 {}
        while waitpid(-1, nil, WNOHANG) > 0 {}
    }

    private static func becomeChild(socket: Int32, signals: Int32) {
        close(signals)
        close(socket)
        slipway_reset_signals()
        // Standard input must not be a number that the next opened file gets.
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if null != STDIN_FILENO {
            dup2(null, STDIN_FILENO)
            close(null)
        }
    }
}
