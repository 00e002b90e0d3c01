internal import Settings
internal import Synchronization

/// The settings in force; a reload replaces them as a whole.
final class CurrentSettings: Sendable {
    private let current: Mutex<RunnerSettings>

    init(_ settings: RunnerSettings) { current = Mutex(settings) }

    var value: RunnerSettings { current.withLock { $0 } }

    /// - Returns: what was in force before.
    func replace(with settings: RunnerSettings) -> RunnerSettings {
        current.withLock { current in
            defer { current = settings }
            return current
        }
    }
}
