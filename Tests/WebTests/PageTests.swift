import Diagnostics
import FoundationEssentials
import Plan
import Store
import Testing

@testable import Web

@Suite struct PageTests {
    private static let html = ["Accept": "text/html"]

    @Test("every page answers, whole and escaped")
    func pages() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(title: "<img src=x onerror=alert(1)>", jobs: [RunningSite.job()])
            for path in [
                "/", "/repositories", "/search?q=x", "/search?q=change&in=logs", "/runs/\(run.id)/timeline", "/runs",
                "/runs/\(run.id)", "/jobs/\(jobs[0].id)", "/repositories/app", "/audit",
            ] {
                let answer = try await site.client.get(path, Self.html)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.text.hasSuffix("</html>\n"), "\(path)")
                #expect(!answer.text.contains("<img"), "\(path)")
                #expect(!answer.text.contains("{{") && !answer.text.contains("Optional("), "\(path)")
                #expect(!answer.text.contains("style=\"") && !answer.text.contains("onclick="), "\(path)")
            }
        }
    }

    @Test("a browser gets a page for an error, a program a problem document")
    func errors() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let page = try await site.client.get("/runs/77", Self.html)
            #expect(page.status == 404)
            #expect(page.text.contains("There is no run 77."))
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(try await site.client.get("/runs/77").headers["content-type"] == "application/problem+json")
        }
    }

    @Test("a refused run shows the line of the file and a caret under the place")
    func refused() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(
                conclusion: .refused,
                diagnostics: [
                    Diagnostic(
                        rule: "unknown-key", message: "unknown key \"step\"", file: "ci.yml",
                        range: SourceRange(start: .init(line: 2, column: 3), end: .init(line: 2, column: 7)))
                ])
            site.operations.change { $0.sources["ci.yml"] = "jobs:\n  step: 1\n" }
            let text = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(text.contains("unknown key &quot;step&quot;"))
            #expect(text.contains("ci.yml:2:3"))
            #expect(text.contains("  step: 1"))
            #expect(text.contains("<span class=\"caret\">  ^~~~</span>"))
        }
    }

    @Test("a failure that is known by name stands at the step that failed, escaped, and leads to its line")
    func diagnoses() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let before = RunningSite.line("fine")
            let text =
                before + RunningSite.line("begin") + RunningSite.line("write: no space left on device") + RunningSite.line("end")
            let from = Int64(before.utf8.count)
            let step = Step(
                jobID: 0, number: 2, name: "Build", status: .completed, conclusion: .failure, outcome: .failure, logFrom: from,
                logTo: Int64(text.utf8.count))
            let job = try await site.logged(text, isLive: true, steps: [step])
            let offset = try await site.store.progressOffset(ofJob: job.id)
            let diagnosis = Diagnosis(
                step: 2, rule: "no-space", title: "No space left", explanation: "A <b>disk</b> is full.",
                findings: ["The disk has 1 MB free."], remedies: ["Prune it."],
                evidence: .init(text: "write: no space left on device", offset: Int64(RunningSite.line("begin").utf8.count)))
            _ = try await site.store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, diagnoses: [diagnosis]))
            let byte = from + Int64(RunningSite.line("begin").utf8.count)
            for path in ["/runs/\(job.runID)", "/jobs/\(job.id)"] {
                let page = try await site.client.get(path, Self.html).text
                #expect(page.contains("A &lt;b&gt;disk&lt;/b&gt; is full."), "\(path)")
                #expect(page.contains("<li>The disk has 1 MB free.</li>") && page.contains("<li>Prune it.</li>"), "\(path)")
                #expect(page.contains("href=\"/jobs/\(job.id)/byte/\(byte)\""), "\(path)")
            }
            let answer = try await site.client.get("/jobs/\(job.id)/byte/\(byte)")
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == "/jobs/\(job.id)?step=2&line=3#L3")
            #expect(try await site.client.get("/jobs/\(job.id)/byte/x").status == 400)
            let found = try await site.operatorClient.get("/api/v1/jobs/\(job.id)").text
            #expect(found.contains("\"diagnoses\":[{"))
            #expect(found.contains("\"offset\":\(byte)"))
        }
    }

    @Test("a failed run leads to the first line that is marked as an error")
    func firstError() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let before = RunningSite.line("##[error]an older one") + RunningSite.line("fine")
            let text = before + RunningSite.line("begin") + RunningSite.line("##[error]the culprit") + RunningSite.line("end")
            let from = Int64(before.utf8.count)
            let job = try await site.logged(
                text,
                steps: [
                    Step(jobID: 0, number: 1, name: "Set up", status: .completed, conclusion: .success, logFrom: 0, logTo: from),
                    Step(
                        jobID: 0, number: 2, name: "Test", status: .completed, conclusion: .failure, logFrom: from,
                        logTo: Int64(text.utf8.count)),
                ])
            let answer = try await site.client.get("/jobs/\(job.id)/error")
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == "/jobs/\(job.id)?step=2&line=4#L4")
            let page = try await site.client.get("/jobs/\(job.id)?step=2&line=4", Self.html).text
            #expect(page.contains("the culprit"))
            #expect(page.contains("id=\"step-2\" data-row data-from=\"\(from)\""))
            let run = try await site.client.get("/runs/\(job.runID)", Self.html).text
            #expect(run.contains("/jobs/\(job.id)"))
        }
    }

    @Test("a pipeline that is broken on the default branch is seen at once, whatever ran after it")
    func brokenBranch() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.repositories = [
                    RepositoryDescription(
                        name: "app", url: "x", branches: ["**"], defaultBranch: "main",
                        pipelines: ["ci.yml", "docs.yml", "train.yml"])
                ]
            }
            _ = try await site.run(conclusion: .failure, workflow: "CI", path: "ci.yml")
            _ = try await site.run(status: .running, conclusion: nil, workflow: "CI", path: "ci.yml")
            _ = try await site.run(conclusion: .failure, workflow: "Gone", path: "gone.yml")
            _ = try await site.run(conclusion: .failure, workflow: "Docs", path: "docs.yml", branch: "topic")
            _ = try await site.run(workflow: "Docs", path: "docs.yml")
            _ = try await site.run(conclusion: .cancelled, workflow: "Docs", path: "docs.yml")
            _ = try await site.run(workflow: "train.yml", path: "train.yml")
            let home = try await site.client.get("/repositories", Self.html).text
            #expect(home.contains("1 failing"))
            #expect(home.contains("Failed on main</span>"))
            #expect(home.contains("title=\"CI: Failed, run 2 is under way\""))
            #expect(home.contains("title=\"Docs: Succeeded\"") && !home.contains("title=\"Gone"))
            let places = ["CI: Failed", "Docs: Succeeded", "train.yml: Succeeded"].compactMap {
                home.firstRange(of: $0)?.lowerBound
            }
            #expect(places.count == 3 && places == places.sorted())
            let page = try await site.client.get("/repositories/app", Self.html).text
            #expect(page.contains("Workflows on main") && page.contains("run 2 is under way"))
            #expect(page.contains("all branches, "))
            let states = try await site.client.get("/api/v1/repositories/app").json()["states"]
            #expect(states?[0]?["conclusion"] == .string("failure") && states?[0]?["status"] == .string("running"))
            #expect(states?.elements.count == 3)
        }
    }

    @Test("a remote that never answered says since when it fails")
    func neverReached() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            try await site.store.recordPoll(
                RemoteStatus(
                    repository: "app", lastAttemptAt: RunningSite.moment.addingTimeInterval(60), failures: 3,
                    error: "no such host",
                    failingSince: RunningSite.moment))
            let remote = try await site.client.get("/api/v1/repositories/app").json()["remote"]
            #expect(remote?["reachable"] == .boolean(false) && remote?["answered_at"] == .null)
            #expect(remote?["unreachable_since"] == .string("2026-01-02T03:04:05.500Z"))
            #expect(try await site.client.get("/repositories", Self.html).text.contains("never reached"))
        }
    }

    @Test("a summary stands on the page as HTML, and where that can't be had as text")
    func summaries() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job("a"), RunningSite.job("b")])
            site.operations.change { state in
                state.summaries[jobs[0].id] = JobSummary(text: "**x**", html: "<p><strong>x</strong></p>", size: 5)
                state.summaries[jobs[1].id] = JobSummary(text: "<b>y", html: nil, size: 2_000_000)
            }
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("<div class=\"markdown\"><p><strong>x</strong></p></div>"))
            #expect(page.contains("<pre>&lt;b&gt;y</pre>"))
            #expect(page.contains("The first 4 bytes of 1.9 MiB are shown."))
            let own = try await site.client.get("/jobs/\(jobs[0].id)/summary", Self.html)
            #expect(own.status == 200 && own.text.contains("<strong>x</strong>"))
            #expect(try await site.client.get("/jobs/\(jobs[0].id)/summary", Self.html).text.hasSuffix("</html>\n"))
        }
    }

    @Test("the jobs of a called workflow stand below the job that calls it, which has no log of its own")
    func calledWorkflows() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(conclusion: .failure, jobs: [RunningSite.job("build", conclusion: .failure)])
            var inner = RunningSite.job("build/test", conclusion: .failure)
            inner.runID = run.id
            inner.name = "build / test"
            inner.callerID = jobs[0].id
            let called = try await site.store.apply([.insertJobs([inner])])
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("job-caller\" id=\"job-\(jobs[0].id)\""))
            #expect(page.contains("job-nested depth-1\" id=\"job-\(called[0].id)\""))
            #expect(page.contains("<h2 class=\"section-title\">1 job</h2>"))
            #expect(page.contains("First error in build / test"))
            #expect(try await site.client.get("/jobs/\(jobs[0].id)").headers["location"] == "/runs/\(run.id)#job-\(jobs[0].id)")
        }
    }

    @Test("any part of a log can be fetched as lines that begin in it")
    func lines() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let line = RunningSite.line("0123456789").utf8.count
            let job = try await site.logged((0..<100).map { _ in RunningSite.line("0123456789") }.joined())
            let answer = try await site.client.get("/jobs/\(job.id)/lines?from=\(line + 3)&to=\(line * 3 + 1)")
            #expect(answer.headers["slipway-log-from"] == String(line * 2))
            #expect(answer.headers["slipway-log-to"] == String(line * 4))
            #expect(answer.text.contains("id=\"L3\"") && answer.text.contains("id=\"L4\""))
            #expect(!answer.text.contains("id=\"L2\"") && !answer.text.contains("id=\"L5\""))
            #expect(try await site.client.get("/jobs/\(job.id)/lines?from=9&to=3").status == 400)
        }
    }

    @Test("the form of a dispatch has a field of each input's type, and sends what it shows")
    func dispatch() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.workflows = [
                    DispatchableWorkflow(
                        path: "train.yml", name: "Train",
                        inputs: [
                            DispatchInput(name: "epochs", kind: .number, isRequired: true, defaultValue: "10"),
                            DispatchInput(name: "data", kind: .choice, defaultValue: "full", options: ["small", "full"]),
                            DispatchInput(name: "publish", kind: .boolean, defaultValue: "true"),
                        ])
                ]
            }
            let page = try await site.client.get("/repositories/app", Self.html)
            #expect(page.text.contains(#"name="input.epochs" type="number" step="any" value="10" required"#))
            #expect(page.text.contains("<option selected>full</option>"))
            #expect(page.text.contains(#"type="checkbox" id="input-0-2" name="input.publish" value="true" checked"#))
            let token = String(try #require(page.headers["set-cookie"]?.split(separator: ";").first).dropFirst(13))
            let (run, _) = try await site.run()
            site.operations.change { $0.run = run }
            let sent = try await site.client.post(
                "/repositories/app/dispatch",
                form: "form_token=\(token)&workflow=train.yml&ref=main&input.publish=false&input.publish=true&input.epochs=3",
                ["Cookie": "slipway-form=\(token)"])
            #expect(sent.headers["location"] == "/runs/\(run.id)")
            #expect(site.operations.calls == ["dispatch app train.yml main [epochs=3,publish=true] by web"])
        }
    }

    @Test("a build is started with variables that the form takes as lines, whose mistakes are told with their number")
    func dispatchOfBuild() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change {
                $0.workflows = [DispatchableWorkflow(path: "unit", name: "unit", takesVariables: true)]
            }
            let page = try await site.client.get("/repositories/app", Self.html)
            #expect(page.text.contains(#"name="variables""#))
            let token = String(try #require(page.headers["set-cookie"]?.split(separator: ";").first).dropFirst(13))
            let (run, _) = try await site.run()
            site.operations.change { $0.run = run }
            let send = { (variables: String) in
                try await site.client.post(
                    "/repositories/app/dispatch", form: "form_token=\(token)&workflow=unit&variables=\(variables)",
                    ["Cookie": "slipway-form=\(token)"])
            }
            #expect(try await send("STAGE%3Ddemo%0D%0A%0D%0A+URL+%3Dhttp%3A%2F%2Fx%2F%3Fa%3D1").status == 303)
            #expect(site.operations.calls == ["dispatch app unit - [STAGE=demo,URL=http://x/?a=1] by web"])
            for (variables, words) in [
                ("A%3D1%0AB", "Line 2 of the variables has no"), ("%3D1", "has no name"), ("A%3D%0AA%3D", "again"),
            ] {
                let answer = try await send(variables)
                #expect(answer.status == 400 && answer.text.contains(words), "\(words)")
            }
        }
    }

    @Test("assets are kept for ever under the address of their version")
    func assets() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let page = try await site.client.get("/repositories", Self.html).text
            let address = try #require(page.firstMatch(of: /\/assets\/[0-9a-f]+\/scripts\/page\.js/)).output
            let script = try await site.client.get(String(address))
            #expect(script.headers["cache-control"] == "public, max-age=31536000, immutable")
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            let tag = try #require(script.headers["etag"])
            #expect(try await site.client.get(String(address), ["If-None-Match": tag]).status == 304)
            #expect(try await site.client.get("/assets/old/scripts/page.js").headers["cache-control"] == "no-cache")
            #expect(try await site.client.get("/assets/old/templates/layout.mustache").status == 404)
            #expect(try await site.client.get("/favicon/failure.svg").text.hasPrefix("<svg"))
        }
    }

    @Test("an open page is told what changed, as the element that replaces the old one")
    func events() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(status: .running, conclusion: nil)
            let reader = try await site.client.events("/events?page=run&run=\(run.id)")
            let first = try #require(try await reader.next())
            #expect(first.name == "fragment" && first.data.hasPrefix("<div id=\"run-head\" data-mood=\"running\""))
            // Who knew what stands for the token could put it into what others are shown.
            #expect(first.data.contains("name=\"form_token\" value=\"\"") && !first.data.contains("@@"))
            var changed = run
            changed.status = .completed
            changed.conclusion = .failure
            changed.reason = "it broke"
            _ = try await site.store.apply([.updateRun(changed)])
            var event = try await reader.next()
            while let seen = event, !seen.data.contains("it broke") { event = try await reader.next() }
            #expect(event?.data.contains("data-mood=\"failure\"") == true)
            #expect(try await site.client.get("/runs/\(run.id)", Self.html).text.contains("it broke"))
        }
    }

    @Test("the page of a running job gets its log and its steps on one stream, up to the end")
    func jobEvents() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(RunningSite.line("one"), isLive: true)
            let reader = try await site.client.events("/events?page=job&job=\(job.id)&from=0")
            var names: Set<String> = []
            while !names.isSuperset(of: ["fragment", "steps", "lines"]), let event = try await reader.next() {
                names.insert(event.name)
            }
            #expect(names.isSuperset(of: ["fragment", "steps", "lines"]))
            try site.append(RunningSite.line("two"), to: job, isLive: false)
            let rest = try await reader.all()
            #expect(rest.contains { $0.name == "lines" && $0.data.contains("two") })
            #expect(rest.last?.name == "end")
        }
    }
}
