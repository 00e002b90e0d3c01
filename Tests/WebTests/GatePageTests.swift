import Foundation
import Plan
import Store
import Testing

@testable import Web

@Suite struct GatePageTests {
    private static let html = ["Accept": "text/html"]

    /// A completed run whose job has a gate.
    private static func gated(
        _ site: RunningSite, _ value: Double = 0.84, deployment: Int64? = nil
    ) async throws -> (run: Run, job: Job) {
        let (run, jobs) = try await site.run(conclusion: .failure, jobs: [RunningSite.job()])
        let offset = try await site.store.progressOffset(ofJob: jobs[0].id)
        _ = try await site.store.apply(
            JobProgress(
                jobID: jobs[0].id, from: offset, to: offset + 1,
                deployments: deployment.map { [RunningSite.deployment($0, of: jobs[0])] } ?? [], gates: [RunningSite.gate(value)])
        )
        return (run, jobs[0])
    }

    @Test("a run's page has the conditions of its gates with value, baseline, difference and verdict")
    func runPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await Self.gated(site)
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("<code>f1 &gt;= baseline.f1</code>") && page.contains("f1 is too &lt;low&gt;"))
            for text in [">0.84<", ">0.85<", ">-0.01<", "✘ fails", "✔ holds", "a remark", "/compare?left=1&amp;right=\(run.id)"] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(page.contains("recall[&quot;fraud&quot;]"))
            #expect(page.contains("/metrics?gate=quality&amp;job=test&amp;place=1"))
        }
    }

    @Test("a gate that asked nothing is shown as a record, with its metrics at once")
    func record() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(conclusion: .success, jobs: [RunningSite.job()])
            let offset = try await site.store.progressOffset(ofJob: jobs[0].id)
            var gate = RunningSite.gate(0.84)
            (gate.outcome, gate.checks, gate.baseline) = (.pass, [], nil)
            _ = try await site.store.apply(JobProgress(jobID: jobs[0].id, from: offset, to: offset + 1, gates: [gate]))
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("Recorded") && page.contains("<details class=\"trend-table\" open>"))
            let metrics = try await site.client.get("/repositories/app/metrics", Self.html).text
            #expect(metrics.contains("aria-label=\"Run \(run.id): 0.84\""))
        }
    }

    @Test("metrics are drawn with the threshold, a diamond for what was deployed, a link to each run, and a table")
    func metricsPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (first, _) = try await Self.gated(site, 0.8)
            let (second, _) = try await Self.gated(site, 0.9, deployment: 4)
            let branch = first.branch.map { "?branch=\($0)" } ?? ""
            let page = try await site.client.get("/repositories/app/metrics\(branch)", Self.html).text
            #expect(page.contains("metric-threshold") && page.contains("metric-deployed"))
            #expect(
                page.contains("aria-label=\"Run \(second.id): 0.9, deployed\"") && page.contains("href=\"/runs/\(first.id)\""))
            #expect(page.contains("From 0.8 in run \(first.id) to 0.9 in run \(second.id). The gate&#39;s threshold is 0.85."))
            #expect(page.contains("◆ deployed"))
            #expect(page.contains("Run \(first.id): 0.8, missed what the gate asked for\""))
            #expect(page.contains("1 of 2 runs missed what the gate asked for."))
            #expect(page.contains("metric-doubt") && page.contains("A person is asked where it misses 0.5."))
            #expect(page.contains("worst(recall) <span class=\"count\">0.7</span>") && page.contains("threshold is 0.6."))
            #expect(!page.contains("<script>"))
            #expect(try await site.client.get("/repositories/nobody/metrics", Self.html).status == 404)
        }
    }

    @Test("numbers as large as a number can be have no picture and no difference, and cost nobody the page")
    func hugeMetrics() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (first, _) = try await Self.gated(site, -1.7e308)
            let (second, _) = try await Self.gated(site, 1.7e308)
            let page = try await site.client.get("/repositories/app/metrics", Self.html)
            #expect(page.status == 200 && page.text.contains("run \(second.id)"))
            let answer = try await site.client.get("/api/v1/compare?left=\(first.id)&right=\(second.id)").json()
            let f1 = try #require(answer["metrics"]?.elements.first { $0["name"]?.string == "f1" })
            #expect(f1["difference"] == .null && f1["right"] == .number(1.7e308))
            #expect(try await site.client.get("/compare?left=\(first.id)&right=\(second.id)", Self.html).status == 200)
        }
    }

    @Test("a repository without a gate says how to get one")
    func emptyMetrics() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let page = try await site.client.get("/repositories/app/metrics", Self.html).text
            #expect(page.contains("slipway/gate"))
        }
    }

    @Test("a gate, job, branch or metric that there is not is said, with those that there are")
    func unknownNames() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let nothing = try await site.client.get("/api/v1/repositories/app/metrics?gate=quality")
            #expect(nothing.status == 404 && nothing.text.contains("No gate of app has measured anything yet"))
            _ = try await Self.gated(site)
            for (query, said) in [
                ("gate=qualty", "No gate of app is called \\\"qualty\\\"; there is quality."),
                ("branch=mian", "The gate quality has not run on \\\"mian\\\"; there is main."),
                ("job=tset", "No job \\\"tset\\\" has the gate quality; there is test."),
                ("metric=f2", "The gate quality has measured no \\\"f2\\\" on main; there are auc, f1"),
                ("place=2", "The job test has no gate quality at place 2"), ("place=first", "place is a number"),
            ] {
                let answer = try await site.client.get("/api/v1/repositories/app/metrics?\(query)")
                #expect(answer.status == 404 && answer.text.contains(said), "\(query): \(answer.text)")
                guard !query.hasPrefix("place=2") else { continue }
                #expect(try await site.client.get("/repositories/app/metrics?\(query)", Self.html).status == 404, "\(query)")
            }
            let one = try await site.client.get("/api/v1/repositories/app/metrics?metric=f1").json()
            let metrics = one["points"]?.elements.first?["gate"]?["metrics"]?.elements
            #expect(metrics?.map { $0["name"]?.string } == ["f1"])
            let drawn = try await site.client.get("/repositories/app/metrics?metric=f1", Self.html).text
            #expect(drawn.contains("aria-label=\"f1\"") && !drawn.contains("aria-label=\"worst(recall)\""))
        }
    }

    @Test("a form whose job is of the gate that was chosen before shows another, and says so")
    func mismatch() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await Self.gated(site)
            let (_, jobs) = try await site.run(conclusion: .success, jobs: [RunningSite.job("load")])
            var gate = RunningSite.gate()
            gate.name = "speed"
            _ = try await site.store.apply(JobProgress(jobID: jobs[0].id, from: 0, to: 1, gates: [gate]))
            let page = try await site.client.get("/repositories/app/metrics?gate=speed&job=test", Self.html)
            #expect(page.status == 200 && page.text.contains("No job &quot;test&quot; has the gate speed; there is load."))
        }
    }

    @Test("two runs are beside each other with what differs, and only those of one repository")
    func compare() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (first, _) = try await Self.gated(site, 0.8)
            let (second, _) = try await Self.gated(site, 0.9, deployment: 4)
            let page = try await site.client.get("/compare?left=\(first.id)&right=\(second.id)", Self.html).text
            #expect(page.contains("<b>+0.1</b>") && page.contains("registry/app:1@sha256:"))
            #expect(page.contains("Commits that only run \(second.id) has") && page.contains("Train &lt;longer&gt;"))
            for bad in ["left=1", "left=a&right=1", "left=0&right=1"] {
                #expect(try await site.client.get("/compare?\(bad)", Self.html).status == 400, "\(bad)")
            }
            #expect(try await site.client.get("/compare?left=\(first.id)&right=999", Self.html).status == 404)
            let answer = try await site.client.get("/api/v1/compare?left=\(first.id)&right=\(second.id)").json()
            #expect(answer["metrics"]?.elements.count == 3)
        }
    }

    /// A completed run with jobs whose gates have the same name, each with its metric.
    private static func alike(_ site: RunningSite, _ metrics: [(job: String, metric: Metric)]) async throws -> Run {
        let (run, jobs) = try await site.run(conclusion: .failure, jobs: metrics.map { RunningSite.job($0.job) })
        for (job, measured) in zip(jobs, metrics) {
            var gate = RunningSite.gate()
            (gate.checks, gate.metrics) = ([], [measured.metric])
            let offset = try await site.store.progressOffset(ofJob: job.id)
            _ = try await site.store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, gates: [gate]))
        }
        return run
    }

    @Test("gates of one name in several jobs hide nothing of each other")
    func alike() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let first = try await Self.alike(
                site, [("quality", Metric("f1", 0.8)), ("speed", Metric("p95", 120)), ("size", Metric("f1", 7))])
            let second = try await Self.alike(
                site, [("quality", Metric("f1", 0.9)), ("speed", Metric("p95", 110)), ("size", Metric("f1", 9))])
            let answer = try await site.client.get("/api/v1/compare?left=\(first.id)&right=\(second.id)").json()
            #expect(answer["metrics"]?.elements.map { $0["left"] } == [.number(0.8), .number(120), .number(7)])
            #expect(answer["metrics"]?.elements.map { $0["job"]?.string } == ["quality", "speed", "size"])
            let page = try await site.client.get("/compare?left=\(first.id)&right=\(second.id)", Self.html).text
            #expect(page.contains("quality of speed") && page.contains(">-10<") && page.contains(">+2<"))
            let metrics = try await site.client.get("/repositories/app/metrics?job=speed", Self.html).text
            #expect(metrics.contains("quality of the job speed") && metrics.contains("From 120 in run \(first.id) to 110"))
            #expect(metrics.contains("<option value=\"speed\" selected>") && !metrics.contains("name=\"place\""))
            // Its only job is called otherwise in another run, and is the same one.
            let before = try await Self.alike(site, [("evaluate", Metric("f1", 1))])
            let after = try await Self.alike(site, [("measure", Metric("f1", 2))])
            let renamed = try await site.client.get("/api/v1/compare?left=\(before.id)&right=\(after.id)").json()
            #expect(renamed["metrics"]?.elements.map { $0["difference"] } == [.number(1)])
        }
    }

    @Test("the page of a run whose gate failed has a form to override it, which wants a reason")
    func override() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.awaitingJob()
            (job.status, job.conclusion) = (.completed, .failure)
            job.approval = JobApproval(kind: .override, message: "f1 is 0.5", since: RunningSite.moment, until: .distantFuture)
            let (run, jobs) = try await site.run(conclusion: .failure, jobs: [job])
            let page = try await site.client.get("/runs/\(run.id)", Self.html)
            let cookie = try #require(page.headers["set-cookie"]?.split(separator: ";").first)
            let token = String(cookie.dropFirst("slipway-form=".count))
            #expect(page.text.contains("action=\"/runs/\(run.id)/override\"") && page.text.contains("required"))
            site.operations.change { $0.run = run }
            let cookies = ["Cookie": "slipway-form=\(token)"]
            let form = "form_token=\(token)&job=\(jobs[0].id)"
            #expect(try await site.client.post("/runs/\(run.id)/override", form: "\(form)&reason=+", cookies).status == 400)
            let done = try await site.client.post("/runs/\(run.id)/override", form: "\(form)&reason=a+drill", cookies)
            #expect(done.status == 303)
            #expect(site.operations.calls == ["override \(run.id) job=\(jobs[0].id) reason=a drill by web"])
        }
    }
}
