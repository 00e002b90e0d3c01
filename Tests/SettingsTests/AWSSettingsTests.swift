import Diagnostics
import Settings
import Testing

@Suite struct AWSSettingsTests {
    private func settings(_ text: String) throws -> RunnerSettings {
        let loaded = RunnerSettings.parse(text)
        return try #require(loaded.settings, "\(loaded.diagnostics.map(\.message))")
    }

    @Test("jobs get nothing of AWS unless the settings say so")
    func off() throws {
        #expect(try settings("").aws.role == .off)
        #expect(try settings("").aws.region == nil)
    }

    @Test("a repository's keys go before the general ones")
    func merged() throws {
        let settings = try settings(
            """
            aws:
              region: eu-west-1
              role: arn:aws:iam::123456789012:role/jobs
              session_duration: 30m
              managed_policies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
              endpoint: http://127.0.0.1:4566/
            repositories:
              - {name: a, url: /a, aws: {role: "arn:aws-cn:iam::123456789012:role/path/a", region: cn-north-1}}
              - {name: b, url: /b, aws: {role: off, managed_policies: []}}
              - {name: c, url: /c}
            """)
        let (a, b, c) = (settings.repositories[0].aws, settings.repositories[1].aws, settings.repositories[2].aws)
        #expect(a.role == .arn("arn:aws-cn:iam::123456789012:role/path/a"))
        #expect(a.region == "cn-north-1")
        #expect(a.sessionDuration == .seconds(1800))
        #expect(a.endpoint == "http://127.0.0.1:4566")
        #expect(b.role == .off)
        #expect(b.managedPolicies.isEmpty)
        #expect(c == settings.aws)
    }

    @Test(
        "what AWS would not take is told with its line",
        arguments: [
            ("role: jobs", "the ARN of a role"), ("role: arn:aws:iam::1:role/x", "the ARN of a role"),
            ("region: Ireland", "a region such as"), ("session_duration: 5m", "at least 15m"),
            ("session_duration: 13h", "at most 12h"), ("managed_policies: [ReadOnly]", "the ARN of a policy"),
            ("endpoint: localhost", "expected a URL"), ("rolle: x", "rolle"),
        ])
    func refused(line: String, part: String) {
        let diagnostics = RunnerSettings.parse("aws:\n  \(line)\n").diagnostics
        #expect(diagnostics.contains { $0.severity == .error && $0.message.contains(part) })
    }
}
