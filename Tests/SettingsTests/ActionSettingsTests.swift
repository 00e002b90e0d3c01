import Diagnostics
import Settings
import Testing

struct ActionSettingsTests {
    private func remarks(_ text: String) -> [String] {
        RunnerSettings.parse(text).diagnostics.map { "\($0.line):\($0.column) \($0.rule)" }
    }

    @Test("without the section actions come from GitHub, all of them, and stay as they were first used")
    func defaults() throws {
        let actions = try #require(RunnerSettings.parse("").settings?.actions)
        #expect(actions.server == "https://github.com" && actions.mirrors == [:])
        #expect(actions.allow == ["*"] && actions.update == .locked && actions.check == .seconds(3600))
        #expect(actions.credentials == CredentialSettings())
    }

    @Test("addresses may be of any server, with placeholders, and of a folder here")
    func addresses() throws {
        let text = """
            actions:
              server: git/{owner}/{repository}.git
              mirrors: {actions: "https://git.example.org/gh", docker/login-action: "ssh://git@host/login.git"}
              check: off
            """
        let loaded = RunnerSettings.parse(text, path: "/etc/slipway/runner.conf")
        #expect(loaded.diagnostics == [])
        let actions = try #require(loaded.settings?.actions)
        #expect(actions.server == "/etc/slipway/git/{owner}/{repository}.git")
        #expect(actions.mirrors == ["actions": "https://git.example.org/gh", "docker/login-action": "ssh://git@host/login.git"])
        #expect(actions.check == nil)
    }

    @Test(
        "a wrong setting is reported at its place",
        arguments: [
            ("actions:\n  server: https://user:pass@host\n", ["2:11 invalid-url"]),
            ("actions:\n  server: 'https://host/{name}'\n", ["2:11 invalid-url"]),
            ("actions:\n  server: ftp://host\n", ["2:11 invalid-url"]),
            ("actions:\n  mirrors: {a/b/c: /srv}\n", ["2:13 invalid-name"]),
            ("actions:\n  mirrors: {a: [x]}\n", ["2:16 unexpected-kind"]),
            ("actions:\n  allow: ['']\n", ["2:11 invalid-pattern"]),
            ("actions:\n  update: always\n", ["2:11 unknown-value"]),
            ("actions:\n  credentials: {token: secret}\n", ["2:24 literal-secret"]),
        ])
    func mistakes(text: String, expected: [String]) { #expect(remarks(text) == expected) }

    @Test("a repository shares with nobody unless its settings say with whom")
    func sharing() throws {
        let text = "repositories:\n  - {name: a, url: /a.git}\n  - {name: b, url: /b.git, shared_with: [a, team/*]}\n"
        let settings = try #require(RunnerSettings.parse(text).settings)
        #expect(settings.repositories.map(\.sharedWith) == [[], ["a", "team/*"]])
    }
}
