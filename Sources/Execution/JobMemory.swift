internal import Synchronization

/// What built-in actions of one job leave for those that follow, in this process only: nothing of it is written anywhere.
public final class JobMemory: Sendable {
    private let values = Mutex<[String: any Sendable]>([:])

    public init() {}

    /// Nil where nothing of that name is there, or something of another type.
    public func value<Value: Sendable>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        values.withLock { $0[name] } as? Value
    }

    public func set(_ name: String, to value: any Sendable) { values.withLock { $0[name] = value } }
}
