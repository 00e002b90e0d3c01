import FoundationEssentials
import Plan
import Store
import Testing

@testable import Web

/// The pages of environments, and the way back from them.
@Suite struct EnvironmentPageTests {
    private static let html = ["Accept": "text/html"]

    /// A run whose job deployed to an environment.
    private static func deploy(
        _ site: RunningSite, url: String? = nil, service: Int64? = nil, conclusion: Conclusion = .success
    ) async throws -> Job {
        var job = try await site.run(jobs: [RunningSite.job("deploy")]).jobs[0]
        job.environment = JobEnvironment(name: "production", url: url)
        (job.status, job.conclusion, job.startedAt) = (.completed, conclusion, RunningSite.moment)
        job.finishedAt = RunningSite.moment
        _ = try await site.store.apply([.updateJob(job)])
        guard let service else { return job }
        let offset = try await site.store.progressOffset(ofJob: job.id)
        _ = try await site.store.apply(
            JobProgress(jobID: job.id, from: offset, to: offset + 1, deployments: [RunningSite.deployment(service, of: job)]))
        return job
    }

    @Test("the list says what is deployed where and what protects it, also where nothing was deployed yet")
    func list() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let empty = try await site.client.get("/environments", Self.html).text
            #expect(empty.contains("nothing that succeeded") && empty.contains("approved by admin"))
            let job = try await Self.deploy(site, url: "https://app.example.org/?a=1&b=2")
            let page = try await site.client.get("/environments", Self.html).text
            #expect(page.contains("href=\"/runs/\(job.runID)\"") && page.contains("waits 10 minutes"))
            #expect(page.contains("href=\"https://app.example.org/?a&#x3D;1&amp;b&#x3D;2\"") || page.contains("a=1&amp;b=2"))
        }
    }

    @Test("an address that is none of the web is shown, and is no link")
    func address() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await Self.deploy(site, url: "javascript:alert(1)")
            let page = try await site.client.get("/runs/\(job.runID)", Self.html).text
            #expect(page.contains("javascript:alert(1)") && !page.contains("href=\"javascript:"))
        }
    }

    @Test("each earlier deployment that changed a service has its way back; the form leads to the run, with the reason on record")
    func rollback() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let first = try await Self.deploy(site, service: 1)
            _ = try await Self.deploy(site)
            _ = try await Self.deploy(site, service: 2)
            let address = "/repositories/app/environments/Production"
            let answer = try await site.client.get(address, Self.html)
            let ids = try await site.store.environmentDeployments(repository: "app", environment: "production").map(\.id)
            #expect(answer.text.contains("action=\"/environment-deployments/\(ids[2])/rollback\""))
            for id in ids[..<2] { #expect(!answer.text.contains("/environment-deployments/\(id)/rollback")) }
            #expect(answer.text.contains("its job changed no service and no container: rerun run \(first.runID + 1)"))
            let token = String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first).dropFirst(13))
            let path = "/environment-deployments/\(ids[2])/rollback"
            #expect(try await site.client.post(path, form: "form_token=x").status == 403)
            let run = try #require(try await site.store.run(first.runID))
            site.operations.change { $0.run = run }
            let sent = try await site.client.post(
                path, form: "form_token=\(token)&reason=it+is++wrong", ["Cookie": "slipway-form=\(token)"])
            #expect(sent.status == 303 && sent.headers["location"] == "/runs/\(run.id)")
            #expect(site.operations.calls == ["restore \(ids[2]) reason=it is wrong by web"])
            #expect(try await site.client.get("/repositories/app/environments/none", Self.html).status == 404)
        }
    }

    @Test("where a later job failed after it had changed a service, what is deployed now has its way back, too")
    func overtaken() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await Self.deploy(site, service: 1)
            _ = try await Self.deploy(site, service: 2)
            let address = "/repositories/app/environments/Production"
            let ids = try await site.store.environmentDeployments(repository: "app", environment: "production").map(\.id)
            #expect(try await !site.client.get(address, Self.html).text.contains("/environment-deployments/\(ids[0])/rollback"))
            _ = try await Self.deploy(site, service: 3, conclusion: .failure)
            let page = try await site.client.get(address, Self.html).text
            #expect(page.contains("action=\"/environment-deployments/\(ids[0])/rollback\""))
            #expect(page.contains("what a later deployment left may run in its place"))
        }
    }
}
