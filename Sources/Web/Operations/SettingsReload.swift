public import Diagnostics

/// What came of reading the settings again.
public struct SettingsReload: Sendable, Equatable {
    /// The keys that have changed, and are in force only after a restart.
    public var keysNeedingRestart: [String]
    public var warnings: [Diagnostic]

    public init(keysNeedingRestart: [String] = [], warnings: [Diagnostic] = []) {
        self.keysNeedingRestart = keysNeedingRestart
        self.warnings = warnings
    }
}
