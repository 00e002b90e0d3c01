import FoundationEssentials
import Plan
import Store
import Testing

@testable import Web

@Suite struct DeploymentTests {
    private static let html = ["Accept": "text/html"]

    private static func keep(_ deployments: [Deployment], job: Job, in site: RunningSite) async throws {
        let offset = try await site.store.progressOffset(ofJob: job.id)
        _ = try await site.store.apply(
            JobProgress(jobID: job.id, from: offset, to: offset + 1, deployments: deployments))
    }

    @Test("a run's page shows what it deployed, with the digest, and a button where there is something to go back to")
    func runPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job("deploy")])
            let job = jobs[0]
            try await Self.keep(
                [
                    RunningSite.deployment(1, of: job), RunningSite.deployment(2, of: job, status: .running),
                    RunningSite.deployment(3, of: job, previous: nil), RunningSite.deployment(4, of: job, status: .rolledBack),
                ], job: job, in: site)
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("prod/web") && page.contains("title=\"sha256:efef"))
            #expect(page.contains("<code>app:1</code>"))
            #expect(page.contains("action=\"/deployments/1/rollback\""))
            for id in 2...4 { #expect(!page.contains("/deployments/\(id)/rollback")) }
            #expect(page.contains("Failed, rolled back"))
            let list = try await site.client.get("/api/v1/runs/\(run.id)/deployments").json()["deployments"]
            #expect(list?.elements.map { $0["status"]?.string } == ["succeeded", "running", "succeeded", "rolled_back"])
        }
    }

    @Test("a rollback is asked for by the page's own form or by a program, and leads to its run")
    func rollback() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job("deploy")])
            try await Self.keep([RunningSite.deployment(7, of: jobs[0])], job: jobs[0], in: site)
            site.operations.change { $0.run = run }
            let answer = try await site.client.get("/runs/\(run.id)", Self.html)
            let token = String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first).dropFirst(13))
            #expect(try await site.client.post("/deployments/7/rollback", form: "form_token=x").status == 403)
            let sent = try await site.client.post(
                "/deployments/7/rollback", form: "form_token=\(token)", ["Cookie": "slipway-form=\(token)"])
            #expect(sent.status == 303 && sent.headers["location"]?.hasPrefix("/runs/") == true)
            #expect(try await site.operatorClient.send("POST", "/api/v1/deployments/7/rollback").status == 202)
            #expect(site.operations.calls == ["roll back 7 by web", "roll back 7 by \(RunningSite.socketActor)"])
        }
    }
}
