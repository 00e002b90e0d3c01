import Diagnostics
import Settings
import Testing

@Suite struct PipelineSettingsTests {
    @Test("a pipeline keeps its lines and columns, and nothing else of the settings")
    func place() throws {
        let loaded = RunnerSettings.parse(
            """
            repositories:
              - name: app
                url: /app.git
                pipelines:
                  - name: Release
                    stages:  # größer
                      - {name: A}

                  - {name: Other, stages: []}
                poll: 5s
            """, path: "/etc/slipway/runner.conf")
        let pipelines = try #require(loaded.settings?.repositories.first?.pipelines)
        #expect(pipelines.map(\.name) == ["Release", "Other"])
        #expect(Set(pipelines.map(\.file)) == ["/etc/slipway/runner.conf"])
        let first = pipelines[0].text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(first.prefix(4) == ["", "", "", ""])
        #expect(first[4] == "        name: Release")
        #expect(first[5] == "        stages:  # größer")
        #expect(first[6] == "          - {name: A}")
        #expect(!pipelines[0].text.contains("Other"))
        #expect(pipelines[1].text.drop { $0 == "\n" } == "        {name: Other, stages: []}\n")
    }

    @Test("lines may end as Windows ends them")
    func windows() throws {
        let text =
            "repositories:\r\n  - name: app\r\n    url: /app.git\r\n    pipelines:\r\n      - name: Release\r\n        stages: []\r\n"
        let pipelines = try #require(RunnerSettings.parse(text).settings?.repositories.first?.pipelines)
        #expect(pipelines.first?.text.unicodeScalars.filter { $0 == "\n" }.count ?? 0 >= 6)
        #expect(pipelines.first?.text.contains("stages: []") == true)
    }

    @Test(
        "what is no pipeline, or has another's name, is told with its place",
        arguments: [
            ("[a]", "expected a pipeline with a \"name\" and \"stages\""),
            ("[{name: A}]", "expected a pipeline with a \"name\" and \"stages\""),
            ("[{stages: []}]", "expected a pipeline with a \"name\" and \"stages\""),
            ("[{name: A, stages: []}, {name: A, stages: []}]", "there is another pipeline with the name \"A\""),
        ])
    func mistakes(text: String, message: String) {
        let loaded = RunnerSettings.parse("repositories:\n  - {name: a, url: /a.git, pipelines: \(text)}\n")
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.map(\.message) == [message])
        #expect(loaded.diagnostics.first?.range.start.line == 2)
    }
}
