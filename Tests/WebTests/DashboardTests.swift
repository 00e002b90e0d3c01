import Foundation
import Plan
import Store
import Testing

@testable import Web

@Suite struct DashboardTests {
    private static let html = ["Accept": "text/html"]

    @Test("a new operator is told what to do: without a repository, and without a run")
    func empty() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            #expect(try await site.client.get("/", Self.html).text.contains("Ready for the first run"))
            site.operations.change { $0.repositories = [] }
            try await site.store.audit(AuditEntry(at: RunningSite.moment, actor: "a", action: "b", subject: "c"))
            _ = try await site.run()
            site.operations.change { $0.repositories = [] }
            #expect(try await site.client.get("/", Self.html).text.contains("No repository is watched yet"))
        }
    }

    @Test("what is broken is named with the commit since which it is, and who made it")
    func broken() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.repositories = [RepositoryDescription(name: "app", url: "x", defaultBranch: "main")]
            }
            let first = try await site.run(title: "Break <it>", conclusion: .failure).run
            let second = try await site.run(conclusion: .timedOut).run
            _ = try await site.run(branch: "topic")
            let page = try await site.client.get("/", Self.html).text
            #expect(page.contains("CI on main") && page.contains("1 broken"))
            #expect(page.contains("2 runs in a row, since <a href=\"/runs/\(first.id)\">"))
            #expect(page.contains("Break &lt;it&gt;, by anna") && page.contains("href=\"/runs/\(second.id)\""))
            #expect(!page.contains("on topic"))
        }
    }

    @Test("what waits says why, what runs how far it is, and what waits for a person has the button")
    func work() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await site.run()
            var waiting = RunningSite.job("deploy", status: .waiting, conclusion: nil)
            waiting.reason = "needs build"
            waiting.startedAt = nil
            let build = RunningSite.job("build", status: .running, conclusion: nil)
            _ = try await site.run(title: "Ship", status: .running, conclusion: nil, jobs: [build, waiting])
            _ = try await site.run(status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob()])
            let page = try await site.client.get("/", Self.html).text
            #expect(page.contains("<b>deploy</b> <span class=\"reason\">needs build</span>"))
            #expect(page.contains("<progress max=\"61\"") && page.contains("of 1 min 1 s"))
            #expect(page.contains("1 job waits for a person, 1 run under way, 1 job waits"))
            #expect(page.contains("name=\"answer\" value=\"approve\""))
            #expect(page.contains("0 of 2 job slots in use") || page.contains("job slots in use"))
        }
    }

    @Test("answered requests that wait for something else crowd nobody out, and what is not shown is counted")
    func crowded() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var cell = RunningSite.awaitingJob()
            cell.approval?.answer = .init(verdict: .approved, actor: "web", date: RunningSite.moment)
            cell.startedAt = nil
            _ = try await site.run(status: .running, conclusion: nil, jobs: Array(repeating: cell, count: 50))
            let (run, jobs) = try await site.run(
                status: .running, conclusion: nil, jobs: (1...52).map { RunningSite.awaitingJob("release \($0)") })
            let page = try await site.client.get("/", Self.html).text
            #expect(page.contains("release 1: ") && page.contains("release 50: ") && !page.contains("release 51: "))
            #expect(page.contains("and 2 more: <code>slipway approvals</code>") && page.contains("52 jobs wait for a person"))
            #expect(page.contains("50 jobs wait</p>") || page.contains("50 jobs wait"))
            let list = try await site.client.get("/api/v1/approvals?after=\(jobs[49].id)").text
            #expect(list.contains("release 51") && !list.contains("release 50\"") && list.contains("\"next\":null"))
            #expect(try await site.client.get("/api/v1/approvals?after=x").status == 400)
            #expect(list.contains("\"run_id\":\"\(run.id)\""))
        }
    }

    @Test("what a service runs is what went well last, with a word about a newer try that did not")
    func deployed() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job()])
            let offset = try await site.store.progressOffset(ofJob: jobs[0].id)
            _ = try await site.store.apply(
                JobProgress(
                    jobID: jobs[0].id, from: offset, to: offset + 1,
                    deployments: [
                        RunningSite.deployment(1, of: jobs[0]), RunningSite.deployment(2, of: jobs[0], status: .failed),
                    ]))
            let page = try await site.client.get("/", Self.html).text
            #expect(page.contains("prod/web") && page.contains("Deployed</span>"))
            #expect(page.contains("<a href=\"/runs/\(run.id)\">newest try</a>") && page.contains("Failed</span>"))
        }
    }

    @Test("the dashboard follows what happens")
    func live() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let page = try await site.client.get("/", Self.html).text
            #expect(page.contains("data-events=\"/events?page=dashboard\""))
            let run = try await site.run(title: "Fresh", status: .running, conclusion: nil).run
            #expect(try await site.client.get("/", Self.html).text.contains("running-\(run.id)"))
        }
    }
}
