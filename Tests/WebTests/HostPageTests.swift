import Foundation
import Plan
import Testing

@testable import Web

@Suite struct HostPageTests {
    private static let html = ["Accept": "text/html"]

    @Test("the host's page says what takes the disk, what goes next and what runs")
    func host() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(
                status: .running, conclusion: nil, jobs: [RunningSite.job(status: .running, conclusion: nil)])
            site.operations.change { state in
                state.host.parts = [
                    HostReport.Part(name: "artifacts", detail: "uploaded", bytes: 5 << 30, limit: 20 << 30, rule: "kept 90 days"),
                    HostReport.Part(name: "runs", detail: "logs", bytes: nil, rule: "kept <long>"),
                ]
                state.host.measuredAt = RunningSite.moment
                state.host.due = [.init(what: "artifact model of run 1", runID: 1, at: RunningSite.moment, bytes: 2048)]
                state.host.workers = [.init(job: jobs[0], run: run, bytes: 64 << 20, processes: 3)]
                state.host.problems = ["The engine is away."]
                state.checks = [HealthReport.Check(name: "disk-space", level: .degraded, detail: "little")]
            }
            let page = try await site.client.get("/host", Self.html).text
            #expect(page.contains("40 GiB free of 100 GiB, 1 of 2 job slots in use"))
            #expect(page.contains("5.0 GiB") && page.contains("of 20 GiB") && page.contains("kept &lt;long&gt;"))
            #expect(page.contains("counting…") && page.contains("2.0 KiB") && page.contains("64 MiB"))
            #expect(page.contains("The engine is away.") && page.contains("Needs a look"))
        }
    }
}
