import Diagnostics
import Settings
import Testing

struct BuildspecSettingsTests {
    private func load(_ buildspecs: String) -> LoadedSettings {
        RunnerSettings.parse("repositories:\n  - {name: a, url: /a.git, buildspecs: \(buildspecs)}\n")
    }

    @Test("without the key no buildspec runs; a path alone is enough for one")
    func theLeastThereIs() throws {
        #expect(RunnerSettings.parse("repositories: [{name: a, url: /a.git}]\n").settings?.repositories.first?.buildspecs == [])
        let loaded = load("[buildspec.yml, {}]".replacing(", {}", with: ", ci/test.yml"))
        #expect(loaded.diagnostics == [])
        let buildspecs = try #require(loaded.settings?.repositories.first?.buildspecs)
        #expect(buildspecs == [BuildspecSettings(file: "buildspec.yml"), BuildspecSettings(file: "ci/test.yml")])
        #expect(buildspecs[0].branches == nil && buildspecs[0].tags == [] && buildspecs[0].runsBatch)
    }

    @Test("a project says when, where and with what it runs")
    func aProject() throws {
        let loaded = load(
            "[{name: tests, branches: [main, 'release/*'], tags: v*, pull_requests: true, image: 'python:3.11', labels: gpu,"
                + " env: {A: 1, B: }, secrets: [TOKEN], git_credential: GIT_TOKEN, batch: false, timeout: 90m, depth: 0, submodules: true}]"
        )
        #expect(loaded.diagnostics == [])
        let buildspec = try #require(loaded.settings?.repositories.first?.buildspecs.first)
        #expect(buildspec.file == "buildspec.yml" && buildspec.name == "tests")
        #expect(buildspec.branches == ["main", "release/*"] && buildspec.tags == ["v*"] && buildspec.runsPullRequests)
        #expect(buildspec.image == "python:3.11" && buildspec.labels == ["gpu"])
        #expect(buildspec.environment == ["A": "1", "B": ""] && buildspec.secrets == ["TOKEN"])
        #expect(buildspec.gitCredential == "GIT_TOKEN")
        #expect(!buildspec.runsBatch && buildspec.timeout == .seconds(5400) && buildspec.depth == 0 && buildspec.hasSubmodules)
    }

    @Test(
        "a wrong project is reported",
        arguments: [
            ("[{fil: a}]", "unknown-key"), ("[../a.yml]", "invalid-buildspec"), ("[/a.yml]", "invalid-buildspec"),
            ("[a.yml, a.yml]", "invalid-buildspec"), ("[{env: {1A: x}}]", "invalid-name"), ("[{secrets: [a-b]}]", "invalid-name"),
            ("[{git_credential: 1-a}]", "invalid-name"), ("[{timeout: 90}]", "invalid-duration"),
            ("[{depth: -1}]", "out-of-range"), ("buildspec.yml", "unexpected-kind"),
        ])
    func mistakes(_ text: String, rule: String) { #expect(load(text).diagnostics.map(\.rule) == [rule]) }
}
