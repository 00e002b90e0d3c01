internal import Docker
internal import Execution
internal import Glibc

extension Patience {
    /// As long as neither the job is cancelled nor the deadline passes.
    init(_ cancellation: Cancellation, _ deadline: Deadline? = nil) {
        self.init(until: deadline.map { .now + .seconds($0.remaining) }, descriptor: cancellation.descriptor)
    }

    /// Waits a while.
    ///
    /// - Returns: false where the patience ended before.
    func wait(seconds: Double) -> Bool {
        var rest = seconds
        if let moment {
            let left = moment - .now
            guard left > .zero else { return false }
            rest = min(rest, Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18)
        }
        var entry = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        let isInterrupted = poll(&entry, 1, Int32(rest * 1000)) > 0
        return !isInterrupted && moment.map { ContinuousClock.now < $0 } ?? true
    }
}

extension ExecutionError {
    init(_ error: DockerError) { self.init("\(error)") }
}

/// Calls the engine, with its errors as those of the execution.
func engineCall<Value>(_ call: () throws(DockerError) -> Value) throws(ExecutionError) -> Value {
    do throws(DockerError) { return try call() } catch { throw ExecutionError(error) }
}
