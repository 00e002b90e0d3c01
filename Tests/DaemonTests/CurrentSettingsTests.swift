import Settings
import Testing

@testable import Daemon

/// Which changed keys wait for a restart: what counts is what the daemon was started with.
struct CurrentSettingsTests {
    private static func settings(_ lines: String) throws -> RunnerSettings {
        try #require(RunnerSettings.parse("state: /srv/slipway\n\(lines)").settings)
    }

    @Test("a key that was changed and changed back needs no restart, one that stays changed does at every reload")
    func twice() throws {
        let current = CurrentSettings(try Self.settings("shutdown: {grace: 10s}\n"))
        #expect(current.replace(with: try Self.settings("shutdown: {grace: 7s}\n")) == ["shutdown.grace"])
        #expect(current.replace(with: try Self.settings("shutdown: {grace: 7s}\ncapacity: 3\n")) == ["shutdown.grace"])
        #expect(current.value.capacity == 3)
        #expect(current.replace(with: try Self.settings("shutdown: {grace: 10s}\ncapacity: 3\n")).isEmpty)
        #expect(current.replace(with: try Self.settings("shutdown: {grace: 7s}\ncapacity: 3\n")) == ["shutdown.grace"])
    }
}
