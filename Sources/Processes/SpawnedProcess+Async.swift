internal import Dispatch
internal import Glibc
internal import Synchronization

extension SpawnedProcess {
    /// Suspends until it has ended and takes it out of the process table; nil if the task was cancelled before.
    public func outcome() async -> ProcessOutcome? {
        await ExitNotice.wait(pidfd: pidfd)
        return reapIfEnded()
    }
}

/// Waiting for a pidfd without a thread.
enum ExitNotice {
    static func wait(for handle: OwnedDescriptor) async {
        await wait(pidfd: handle.number)
        withExtendedLifetime(handle) {}
    }

    /// Returns when the process has ended or the task is cancelled. The descriptor must stay open until then.
    static func wait(pidfd: Int32) async {
        let waiter = ExitWaiter(pidfd: pidfd)
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter.begin($0) }
        } onCancel: {
            waiter.finish()
        }
    }
}

/// Resumes its continuation once: when the descriptor is readable or when told to finish, also if that comes first.
private final class ExitWaiter: Sendable {
    private enum State {
        case idle
        case waiting(any DispatchSourceRead, CheckedContinuation<Void, Never>)
        case finished
    }

    private let pidfd: Int32
    private let state: Mutex<State> = Mutex(.idle)

    init(pidfd: Int32) {
        self.pidfd = pidfd
    }

    func begin(_ continuation: CheckedContinuation<Void, Never>) {
        state.withLock { state in
            guard case .idle = state else { return continuation.resume() }
            let source = DispatchSource.makeReadSource(fileDescriptor: pidfd, queue: .global())
            source.setEventHandler { self.finish() }
            state = .waiting(source, continuation)
            source.activate()
        }
    }

    func finish() {
        state.withLock { state in
            if case .waiting(let source, let continuation) = state {
                // Resumed after the source let go of the descriptor, which its owner may close then.
                source.setCancelHandler { continuation.resume() }
                source.cancel()
            }
            state = .finished
        }
    }
}
