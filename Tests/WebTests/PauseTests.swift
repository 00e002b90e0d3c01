import Foundation
import Plan
import Store
import Testing

@testable import Web

@Suite struct PauseTests {
    @Test("a paused job has a button, and the command for a shell, on its pages")
    func pages() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.job()
            (job.status, job.conclusion) = (.running, nil)
            let (run, jobs) = try await site.run(status: .running, conclusion: nil, jobs: [job])
            let id = jobs[0].id
            #expect(try await !site.client.get("/jobs/\(id)", ["Accept": "text/html"]).text.contains("slipway shell"))
            let pause = JobPause(step: "<Test>", since: RunningSite.moment, until: RunningSite.moment.addingTimeInterval(1800))
            #expect(try await site.store.apply(JobProgress(jobID: id, from: 0, to: 10, pause: .began(pause))))
            for path in ["/jobs/\(id)", "/runs/\(run.id)", "/"] {
                let page = try await site.client.get(path, ["Accept": "text/html"]).text
                #expect(page.contains("slipway shell \(run.id) \(id)"), "\(path)")
                #expect(!page.contains("<Test>"))
            }
            let shown = try await site.client.get("/api/v1/jobs/\(id)").json()["pause"]
            #expect(shown?["step"] == .string("<Test>") && shown?["until"] == .string("2026-01-02T03:34:05.500Z"))
            #expect(try await site.client.post("/api/v1/jobs/\(id)/continue", json: "{}").status == 202)
            #expect(site.operations.calls == ["resume \(id) by web"])
        }
    }

    @Test("a shell is for the operator socket alone")
    func shell() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (_, jobs) = try await site.run(jobs: [RunningSite.job()])
            let answer = try await site.client.post("/api/v1/jobs/\(jobs[0].id)/shell", json: "{}")
            #expect(answer.status == 409)
            #expect(site.operations.calls.isEmpty)
            let wish = #"{"columns":100,"rows":30,"terminal":"xterm"}"#
            let ticket = try await site.operatorClient.post("/api/v1/jobs/\(jobs[0].id)/shell", json: wish)
            #expect(ticket.status == 201)
            #expect(try ticket.json()["ticket"] == .string("0123"))
            #expect(site.operations.calls.count == 1)
            #expect(site.operations.calls[0].hasPrefix("shell \(jobs[0].id) 100x30 xterm by"))
        }
    }
}
