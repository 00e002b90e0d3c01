import Diagnostics
import Settings
import Testing

struct EnvironmentSettingsTests {
    private func load(_ environments: String) -> LoadedSettings {
        RunnerSettings.parse("repositories:\n  - {name: a, url: /a.git, environments: \(environments)}\n")
    }

    @Test("an environment without a word has no protection; without the key there is none")
    func theLeastThereIs() throws {
        #expect(RunnerSettings.parse("repositories: [{name: a, url: /a.git}]\n").settings?.repositories.first?.environments == [])
        let loaded = load("{staging: }")
        #expect(loaded.diagnostics == [])
        #expect(loaded.settings?.repositories.first?.environments == [EnvironmentSettings(name: "staging")])
    }

    @Test("an environment says who approves, how long it waits, what may deploy to it and its variables")
    func whole() throws {
        let loaded = load(
            "{Production: {approvers: [ada, admin], prevent_self_review: true, approval_timeout: 2d, wait: 10m,"
                + " branches: [main, 'release/*'], tags: 'v*', variables: {REGION: eu-west-1}, exclusive_lock: false}}")
        #expect(loaded.diagnostics == [])
        let environment = try #require(loaded.settings?.repositories.first?.environments.first)
        #expect(environment.name == "Production" && environment.approvers == ["ada", "admin"])
        #expect(environment.preventsSelfReview && environment.approvalTimeout == .seconds(2 * 86_400))
        #expect(!environment.hasExclusiveLock && EnvironmentSettings(name: "a").hasExclusiveLock)
        #expect(environment.wait == .seconds(600) && environment.branches == ["main", "release/*"] && environment.tags == ["v*"])
        #expect(environment.variables == ["REGION": "eu-west-1"])
    }

    @Test(
        "a wrong environment is reported",
        arguments: [
            ("{a: {approver: x}}", "unknown-key"), ("{a: {wait: 31d}}", "out-of-range"), ("{a: {wait: 30}}", "invalid-duration"),
            ("{a: {approvers: [x], approval_timeout: 1s}}", "out-of-range"), ("{a: {}, A: {}}", "duplicate-environment"),
            ("{a: {variables: {1A: x}}}", "invalid-name"), ("{a: {prevent_self_review: true}}", "unused-key"),
            ("[production]", "unexpected-kind"), ("{a: staging}", "unexpected-kind"), ("{'': {}}", "invalid-name"),
        ])
    func mistakes(_ text: String, rule: String) { #expect(load(text).diagnostics.map(\.rule) == [rule]) }
}
