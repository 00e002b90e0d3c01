import Plan
import Testing

@testable import Web

@Suite struct HealthEndpointsTests {
    @Test(
        "health is 200 as long as the work is done",
        arguments: [
            (HealthReport.Level.ok, 200), (.degraded, 200), (.failing, 503),
        ])
    func health(level: HealthReport.Level, status: Int) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.checks = [.init(name: "store", level: .ok, detail: ""), .init(name: "disk", level: level, detail: "x")]
            }
            let answer = try await site.client.get("/health")
            #expect(answer.status == status)
            #expect(try answer.json()["status"] == .string(level.rawValue))
            #expect(try answer.json()["checks"]?.elements.count == 2)
        }
    }

    @Test("metrics are in Prometheus' format")
    func metrics() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await site.run(conclusion: .failure, jobs: [RunningSite.job(status: .queued, conclusion: nil)])
            let text = try await site.client.get("/metrics").text
            #expect(text.contains("# TYPE slipway_jobs gauge\nslipway_jobs{status=\"queued\"} 1\n"))
            #expect(text.contains("slipway_capacity 2\n"))
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: /[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.]+/) != nil, "\(line)")
            }
        }
    }

    @Test("labels are escaped")
    func labels() {
        var text = MetricsText()
        text.add("x", .gauge, "Help.", [(["name": "a\"b\\c\nd"], 1.5)])
        #expect(text.text == "# HELP x Help.\n# TYPE x gauge\nx{name=\"a\\\"b\\\\c\\nd\"} 1.5\n")
    }
}
