import Diagnostics
import Expressions
import Plan
import Store
import Testing

@testable import Web

@Suite struct RunEndpointsTests {
    @Test("a list has the fields that clients rely on, and null where there is no value")
    func list() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(status: .queued, conclusion: nil)
            let answer = try await site.client.get("/api/v1/runs")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            let json = try answer.json()
            #expect(json["next"] == .null)
            let first = try #require(json["runs"]?[0])
            #expect(first["id"] == .string(String(run.id)))
            #expect(first["branch"] == .string("main"))
            #expect(first["status"] == .string("queued"))
            #expect(first["conclusion"] == .null)
            #expect(first["reason"] == .null)
            #expect(first["finished_at"] == .null)
            #expect(first["created_at"] == .string("2026-01-02T03:04:05.500Z"))
            for name in ["repository", "workflow", "event", "ref", "commit", "actor", "attempt", "started_at"] {
                #expect(first[name] != nil, "\(name)")
            }
        }
    }

    @Test("following next yields every run once, newest first")
    func paging() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            for number in 1...5 { _ = try await site.run(title: "run \(number)") }
            var titles: [String] = []
            var cursor = ""
            repeat {
                let page = try await site.client.get("/api/v1/runs?limit=2\(cursor.isEmpty ? "" : "&before=\(cursor)")").json()
                titles += page["runs"]?.elements.compactMap { $0["title"]?.string } ?? []
                cursor = page["next"]?.string ?? ""
            } while !cursor.isEmpty
            #expect(titles == ["run 5", "run 4", "run 3", "run 2", "run 1"])
        }
    }

    @Test("a repository that there is not is told from one without runs, and one that left the settings keeps its runs")
    func unknownRepository() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            #expect(try await site.client.get("/api/v1/runs?repository=app").json()["runs"]?.elements.isEmpty == true)
            for path in ["/api/v1/runs", "/api/v1/environments"] {
                let unknown = try await site.client.get("\(path)?repository=ap")
                #expect(unknown.status == 404 && unknown.text.contains("There is no repository \\\"ap\\\" in the settings"))
            }
            let page = try await site.client.get("/runs?repository=ap", ["Accept": "text/html"])
            #expect(page.status == 404 && page.text.contains("there is app"))
            let environment = try await site.client.get("/api/v1/repositories/app/environments/prodd/deployments")
            #expect(environment.status == 404 && environment.text.contains("\\\"prodd\\\" of app"))
            _ = try await site.run(title: "old")
            site.operations.change { $0.repositories = [] }
            #expect(try await site.client.get("/api/v1/runs?repository=app").json()["runs"]?.elements.count == 1)
        }
    }

    @Test("a run that only waits for a person says what for, and stays running for programs")
    func waitingFor() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob()])
            _ = try await site.run(
                status: .running, conclusion: nil,
                jobs: [RunningSite.awaitingJob(), RunningSite.job("b", status: .running, conclusion: nil)])
            let list = try await site.client.get("/api/v1/runs").json()["runs"]?.elements ?? []
            #expect(list.map { $0["status"]?.string } == ["running", "running"])
            #expect(list.map { $0["waiting_for"]?.string } == [nil, "approval"])
            #expect(try await site.client.get("/api/v1/runs/\(run.id)").json()["waiting_for"]?.string == "approval")
            let repository = try await site.client.get("/api/v1/repositories/app").json()
            #expect(repository["runs"]?.elements.map { $0["waiting_for"]?.string } == [nil, "approval"])
        }
    }

    @Test(
        "filters leave what they name",
        arguments: [
            ("status=failure", ["bad"]), ("status=completed", ["bad", "good"]), ("branch=topic", ["bad"]),
            ("repository=app&branch=none", []), ("workflow=.github/workflows/ci.yml", ["bad", "good"]),
        ])
    func filters(query: String, expected: [String]) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await site.run(title: "good")
            _ = try await site.run(title: "bad", conclusion: .failure, branch: "topic")
            let runs = try await site.client.get("/api/v1/runs?\(query)").json()["runs"]
            #expect(runs?.elements.compactMap { $0["title"]?.string } == expected)
        }
    }

    @Test(
        "wrong filters are 400 and say what is right", arguments: ["status=odd", "limit=0", "limit=101", "limit=x", "before=y"])
    func wrongFilters(query: String) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let answer = try await site.client.get("/api/v1/runs?\(query)")
            #expect(answer.status == 400)
        }
    }

    @Test("a run comes with its jobs, and they with their steps and their parts of the log")
    func runWithJobs() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(
                "",
                steps: [
                    Step(
                        jobID: 0, number: 1, name: "Test", status: .completed, conclusion: .failure, outcome: .failure,
                        exitCode: 3, logFrom: 10, logTo: 25),
                    Step(jobID: 0, number: 2, name: "Report", status: .completed, conclusion: .skipped),
                ])
            let run = try await site.client.get("/api/v1/runs/\(job.runID)").json()
            let found = try #require(run["jobs"]?[0])
            #expect(found["id"] == .string(String(job.id)))
            #expect(found["steps"]?[0]?["exit_code"] == .number(3))
            #expect(found["steps"]?[0]?["log"] == .object(["from": .number(10), "to": .number(25)]))
            #expect(found["steps"]?[1]?["log"] == .null)
            #expect(found["steps"]?[1]?["conclusion"] == .string("skipped"))
        }
    }

    @Test("an earlier attempt is shown as it ended, with the jobs that it had")
    func earlierAttempt() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(
                conclusion: .failure, reason: "test failed", inputs: ["epochs": 10, "note": "a <b>"],
                jobs: [RunningSite.job(conclusion: .failure)])
            let offset = try await site.store.progressOffset(ofJob: jobs[0].id)
            let remark = Annotation(level: .error, message: "the disk is slow")
            _ = try await site.store.apply(JobProgress(jobID: jobs[0].id, from: offset, to: offset + 1, annotations: [remark]))
            _ = try await site.rerun(run, reason: "rerun by anna: flaky disk", jobs: [RunningSite.job()])
            let first = try await site.client.get("/api/v1/runs/\(run.id)?attempt=1").json()
            #expect(first["attempt"] == .number(1) && first["attempts"] == .number(2))
            #expect(first["conclusion"] == .string("failure") && first["reason"] == .string("test failed"))
            #expect(first["attempt_reason"] == .null)
            #expect(first["finished_at"] == .string("2026-01-02T03:05:06.500Z"))
            #expect(first["jobs"]?[0]?["conclusion"] == .string("failure"))
            let remarks = try await site.client.get("/api/v1/runs/\(run.id)/annotations?attempt=1").json()["annotations"]?
                .elements
            #expect(remarks?.map { $0["message"]?.string } == ["the disk is slow"])
            #expect(remarks?.first?["job"] == .string(String(jobs[0].id)))
            for query in ["", "?attempt=2"] {
                let now = try await site.client.get("/api/v1/runs/\(run.id)/annotations\(query)").json()
                #expect(now["annotations"]?.elements.isEmpty == true)
            }
            #expect(try await site.client.get("/api/v1/runs/\(run.id)/annotations?attempt=3").status == 404)
            #expect(try await site.client.get("/api/v1/runs/\(run.id)/annotations?attempt=x").status == 400)
            let newest = try await site.client.get("/api/v1/runs/\(run.id)").json()
            #expect(newest["attempt"] == .number(2) && newest["conclusion"] == .string("success"))
            #expect(newest["attempt_reason"] == .string("rerun by anna: flaky disk"))
            #expect(newest["inputs"]?[0] == .object(["name": .string("epochs"), "value": .string("10")]))
            #expect(try await site.client.get("/api/v1/runs/\(run.id)?attempt=3").status == 404)
            let page = try await site.client.get("/runs/\(run.id)?attempt=1", ["Accept": "text/html"]).text
            #expect(page.contains("This is attempt 1 of 2.") && page.contains("Failed</span>") && page.contains("test failed"))
            #expect(!page.contains("id=\"rerun-menu\""))
            let current = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"]).text
            #expect(current.contains("rerun by anna: flaky disk"))
            #expect(current.contains("<span class=\"dim\">note</span> <code>a &lt;b&gt;</code>"))
        }
    }

    @Test("the remarks about a refused run's file have their places")
    func diagnostics() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(
                conclusion: .refused,
                diagnostics: [
                    Diagnostic(
                        rule: "unknown-key", message: "unknown key", file: "ci.yml", range: SourceRange(line: 3, column: 5))
                ])
            let json = try await site.client.get("/api/v1/runs/\(run.id)").json()
            #expect(json["diagnostics"]?[0]?["line"] == .number(3))
            #expect(json["diagnostics"]?[0]?["rule"] == .string("unknown-key"))
        }
    }

    @Test(
        "what does not exist is 404",
        arguments: [
            "/api/v1/runs/77", "/api/v1/runs/none", "/api/v1/runs/-1", "/api/v1/jobs/77", "/api/v1/jobs/77/log",
            "/api/v1/jobs/77/log/stream", "/api/v1/repositories/none", "/api/v1/runs/99999999999999999999",
        ])
    func missing(path: String) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let answer = try await site.client.get(path)
            #expect(answer.status == 404)
            #expect(try answer.json()["detail"]?.string?.isEmpty == false)
        }
    }

    @Test(
        "a rerun passes on what was chosen",
        arguments: [
            (#"{"jobs":"all"}"#, "all reason=-"), ("{}", "all reason=-"),
            (#"{"jobs":"failed","reason":"flaky disk"}"#, "failed reason=flaky disk"),
            (#"{"jobs":["4","5"]}"#, "only([4, 5]) reason=-"),
            (#"{"debug":true,"pause_on_failure":true}"#, "all reason=- debug pausing"),
        ])
    func rerun(body: String, expected: String) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            site.operations.change { $0.run = run }
            let answer = try await site.client.post("/api/v1/runs/\(run.id)/rerun", json: body)
            #expect(answer.status == 202)
            #expect(site.operations.calls == ["rerun \(run.id) \(expected) by web"])
        }
    }

    @Test(
        "a wrong rerun is 400",
        arguments: [
            #"{"jobs":"some"}"#, #"{"jobs":[]}"#, #"{"jobs":["x"]}"#, #"{"jobs":4}"#, "{", #"{"dependents":false}"#,
            #"{"jobs":"failed","dependents":false}"#, #"{"retry_mode":"ALL_ACTIONS"}"#,
        ])
    func wrongRerun(body: String) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let answer = try await site.client.post("/api/v1/runs/1/rerun", json: body)
            #expect(answer.status == 400)
            #expect(site.operations.calls.isEmpty)
        }
    }

    @Test(
        "the kind of a refusal decides the status",
        arguments: [
            (OperationError.Kind.notFound, 404), (.conflict, 409), (.invalid, 422), (.forbidden, 403), (.unavailable, 503),
            (.unauthenticated, 401),
        ])
    func failures(kind: OperationError.Kind, status: Int) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            site.operations.change { $0.failure = OperationError(kind, "It can't be done.") }
            let answer = try await site.client.send("POST", "/api/v1/runs/\(run.id)/cancel")
            #expect(answer.status == status)
            #expect(try answer.json()["detail"] == .string("It can't be done."))
        }
    }

    @Test("a dispatch passes its inputs on as text, whatever they are in JSON")
    func dispatch() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.repositories.append(RepositoryDescription(name: "team/app", url: "x"))
            }
            let (run, _) = try await site.run()
            site.operations.change { $0.run = run }
            let answer = try await site.client.post(
                "/api/v1/repositories/team/app/dispatch",
                json: #"{"workflow":"train.yml","inputs":{"epochs":10,"rate":0.5,"publish_it":true,"note":"x"}}"#)
            #expect(answer.status == 201)
            #expect(
                site.operations.calls == [
                    "dispatch team/app train.yml - [epochs=10,note=x,publish_it=true,rate=0.5] by web"
                ])
        }
    }

    @Test("a repository is shown without the credentials of its address")
    func credentials() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let answer = try await site.client.get("/api/v1/repositories")
            #expect(answer.text.contains("https://git.example.org/app.git"))
            #expect(!answer.text.contains("u:p@"))
        }
    }
}
