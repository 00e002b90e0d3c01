import FoundationEssentials
import Plan
import Store
import Testing

@testable import Web

@Suite struct StorageTests {
    private static let html = ["Accept": "text/html"]

    @Test("a run's page lists the newest artifact of each name, and those that are gone as gone")
    func runPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job("train")])
            let job = jobs[0]
            try await site.keep(
                artifacts: [site.artifact(1, of: job), site.artifact(2, of: job), site.artifact(3, "<report>", of: job)], job: job
            )
            try await site.store.markArtifactRemoved(3, at: RunningSite.moment.addingTimeInterval(60))
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("id=\"artifact-2\"") && !page.contains("id=\"artifact-1\""))
            #expect(page.contains("href=\"/artifacts/2/file\"") && page.contains("2.0 KiB"))
            #expect(page.contains("&lt;report&gt;") && !page.contains("/artifacts/3/file"))
            let list = try await site.client.get("/api/v1/runs/\(run.id)/artifacts").json()["artifacts"]
            #expect(list?.elements.map { $0["id"]?.string } == ["1", "2", "3"])
            #expect(list?[2]?["removed_at"] == .string("2026-01-02T03:05:05.500Z"))
        }
    }

    @Test("an artifact is listed file by file, and downloaded whole or in part, never shown")
    func download() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (_, jobs) = try await site.run(jobs: [RunningSite.job()])
            try await site.keep(artifacts: [site.artifact(1, "modèle \"1\"", of: jobs[0])], job: jobs[0])
            let path = "\(site.folder)/content"
            try Data("<script>0123456789".utf8).write(to: URL(fileURLWithPath: path))
            site.operations.change { state in
                state.files[1] = path
                state.contents = ArtifactContents(files: [.init(name: "../<b>.txt", size: 12)], isCut: true)
            }
            for address in ["/api/v1/artifacts/1/zip", "/artifacts/1/file"] {
                let answer = try await site.client.get(address)
                #expect(answer.text == "<script>0123456789")
                #expect(answer.headers["content-type"] == "application/zip")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(
                    answer.headers["content-disposition"]
                        == "attachment; filename=\"mod_le _1_.zip\"; filename*=UTF-8''mod%C3%A8le%20%221%22.zip")
            }
            let part = try await site.client.get("/api/v1/artifacts/1/zip", ["Range": "bytes=8-10"])
            #expect(part.status == 206 && part.text == "012" && part.headers["content-range"] == "bytes 8-10/18")
            #expect(try await site.client.get("/api/v1/artifacts/1/zip", ["Range": "bytes=99-"]).status == 416)
            let page = try await site.client.get("/artifacts/1", Self.html).text
            #expect(page.contains("../&lt;b&gt;.txt") && page.contains("12 bytes") && page.contains("There are more files"))
        }
    }

    @Test("what is gone is 410 for who wants it, and its page says so")
    func gone() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (_, jobs) = try await site.run(jobs: [RunningSite.job()])
            try await site.keep(artifacts: [site.artifact(1, of: jobs[0])], job: jobs[0])
            try await site.store.markArtifactRemoved(1, at: RunningSite.moment)
            #expect(try await site.client.get("/api/v1/artifacts/1/zip").status == 410)
            #expect(try await site.client.send("DELETE", "/api/v1/artifacts/1").status == 410)
            #expect(try await site.client.get("/artifacts/1", Self.html).text.contains("Removed <time"))
            #expect(try await site.client.get("/api/v1/artifacts/2").status == 404)
        }
    }

    @Test("caches say who reads them, and are deleted by the page's own form or by a program")
    func caches() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { $0.repositories = [RepositoryDescription(name: "app", url: "x", defaultBranch: "main")] }
            let (_, jobs) = try await site.run(jobs: [RunningSite.job()])
            try await site.keep(
                artifacts: [],
                caches: [
                    site.cache(1, key: "pip-<1>"), site.cache(2, key: "pip-2", ref: "refs/heads/topic"),
                    site.cache(3, key: "pip-3", ref: "refs/pull/7/merge", isUntrusted: true),
                ], job: jobs[0])
            let answer = try await site.client.get("/repositories/app/caches", Self.html)
            #expect(answer.text.contains("pip-&lt;1&gt;") && answer.text.contains("3 caches"))
            #expect(answer.text.ranges(of: "read by all branches").count == 1)
            #expect(answer.text.ranges(of: "untrusted</span>").count == 1)
            #expect(try await site.client.get("/repositories/app", Self.html).text.contains("href=\"/repositories/app/caches\""))
            let token = String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first).dropFirst(13))
            #expect(try await site.client.post("/caches/1/delete", form: "form_token=x").status == 403)
            let sent = try await site.client.post(
                "/caches/1/delete", form: "form_token=\(token)", ["Cookie": "slipway-form=\(token)"])
            #expect(sent.status == 303 && sent.headers["location"] == "/repositories/app/caches")
            #expect(try await site.operatorClient.send("DELETE", "/api/v1/caches/2").status == 204)
            #expect(site.operations.calls == ["remove cache pip-<1> by web", "remove cache pip-2 by \(RunningSite.socketActor)"])
            #expect(try await site.client.get("/api/v1/repositories/app/caches").json()["size"] == .number(9_000_000))
        }
    }
}
