internal import Settings
internal import Synchronization

/// The settings in force; a reload replaces them as a whole, but for keys that need a restart.
final class CurrentSettings: Sendable {
    /// Those that the daemon was started with: of a key that needs a restart, what is in force, however often the file was read since.
    let atStart: RunnerSettings
    private let current: Mutex<RunnerSettings>

    init(_ settings: RunnerSettings) {
        atStart = settings
        current = Mutex(settings)
    }

    var value: RunnerSettings { current.withLock { $0 } }

    /// - Returns: the keys that differ from what is in force, and take effect only when the daemon starts again.
    func replace(with settings: RunnerSettings) -> [String] {
        current.withLock { $0 = settings }
        return settings.keysNeedingRestart(changedFrom: atStart)
    }
}
