internal import Docker
internal import Execution

extension Patience {
    /// As long as neither the job is cancelled nor the deadline passes.
    init(_ cancellation: Cancellation, _ deadline: Deadline? = nil) {
        self.init(until: deadline.map { .now + .seconds($0.remaining) }, descriptor: cancellation.descriptor)
    }
}

extension ExecutionError {
    init(_ error: DockerError) { self.init("\(error)") }
}

/// Calls the engine, with its errors as those of the execution.
func engineCall<Value>(_ call: () throws(DockerError) -> Value) throws(ExecutionError) -> Value {
    do throws(DockerError) { return try call() } catch { throw ExecutionError(error) }
}
