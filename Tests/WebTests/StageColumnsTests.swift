import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Web

@Suite struct StageColumnsTests {
    private static func stage(_ key: String, needs: [String] = [], actions: [JobPlan]) -> JobPlan {
        JobPlan(
            key: key, needs: needs,
            call: WorkflowCallPlan(
                reference: "stage \(key)", plan: RunPlan(name: key, path: "p", dialect: .pipeline, jobs: actions)))
    }

    private static let plan = RunPlan(
        name: "Release", path: ".slipway/pipeline.yml", dialect: .pipeline,
        jobs: [
            stage(
                "Build",
                actions: [
                    JobPlan(key: "Make", steps: [StepPlan(work: .script(Script(text: Template(literal: "make"))))]),
                    JobPlan(
                        key: "Ship", needs: ["Make"],
                        steps: [StepPlan(work: .action(ActionCall(reference: "slipway/ecs-deploy")))]),
                ]),
            stage("Release", needs: ["Build"], actions: [JobPlan(key: "Approve", approval: ApprovalPlan(isWholeJob: true))]),
        ])

    /// A run whose first stage failed.
    private static func failed(_ site: RunningSite) async throws -> Run {
        let (run, _) = try await site.run(conclusion: .failure, path: ".slipway/pipeline.yml", plan: plan)
        func job(_ key: String, id: Int64 = 0, caller: Int64? = nil, _ conclusion: Conclusion) -> Job {
            var job = RunningSite.job(key, conclusion: conclusion)
            (job.id, job.runID, job.callerID, job.position) = (id, run.id, caller, key == "Release" ? 9 : 0)
            return job
        }
        _ = try await site.store.apply([
            .insertJobs([
                job("Build", id: -1, .failure), job("Build/Make", caller: -1, .failure), job("Release", .skipped),
            ])
        ])
        return run
    }

    @Test("stages are columns, with the actions that ran and those that did not, and a retry below the one that failed")
    func columns() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let run = try await Self.failed(site)
            let page = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"]).text
            let columns = page.split(separator: "<li class=\"stage").dropFirst()
            #expect(columns.count == 3)
            let build = try #require(columns.dropFirst().first)
            #expect(build.contains("<span>Build</span>") && build.contains("<span>Make</span>") && build.contains("Commands"))
            #expect(build.contains("<span class=\"action-name dim\">Ship</span>") && build.contains("Deploy to ECS"))
            #expect(build.contains("value=\"FAILED_ACTIONS\"") && build.contains("value=\"ALL_ACTIONS\""))
            let release = try #require(columns.last)
            #expect(release.contains("Approve</span>") && !release.contains("FAILED_ACTIONS"))
            #expect(!page.contains("aria-label=\"Job graph\""))
        }
    }

    @Test("a gate in a stage has its form in the column, one of a workflow that an action calls below the job; each once")
    func gates() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let run = try await Self.failed(site)
            let rows = try await site.store.jobs(ofRun: run.id)
            func gate(_ key: String, caller: Int64) -> Job {
                var job = RunningSite.job(key, conclusion: .failure)
                (job.runID, job.callerID) = (run.id, caller)
                job.approval = JobApproval(
                    kind: .override, message: "\(key) is 0.5", since: RunningSite.moment, until: .distantFuture)
                return job
            }
            var make = try #require(rows.first { $0.key == "Build/Make" })
            make.approval = gate("f1", caller: 0).approval
            _ = try await site.store.apply([.updateJob(make), .insertJobs([gate("Build/Make/auc", caller: make.id)])])
            let page = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"]).text
            #expect(page.components(separatedBy: "action=\"/runs/\(run.id)/override\"").count == 3)
            let action = try #require(page.split(separator: "<span>Make</span>").dropFirst().first)
            #expect(action.prefix(3000).contains("f1 is 0.5"))
            let jobs = page.components(separatedBy: "id=\"job-").dropFirst()
            #expect(jobs.count { $0.contains("Build/Make/auc is 0.5") } == 1 && !jobs.contains { $0.contains("f1 is 0.5") })
        }
    }

    @Test("a stage is retried by the form and by the API")
    func retry() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let run = try await Self.failed(site)
            site.operations.change { $0.run = run }
            let page = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"])
            let cookie = try #require(page.headers["set-cookie"])
            let token = String(try #require(cookie.split(separator: ";").first).dropFirst("slipway-form=".count))
            let cookies = ["Cookie": "slipway-form=\(token)"]
            let path = "/runs/\(run.id)/rerun"
            let form = "form_token=\(token)&stage=Build&retry_mode="
            #expect(try await site.client.post(path, form: form + "FAILED_ACTIONS", cookies).status == 303)
            #expect(try await site.client.post(path, form: form + "SOME", cookies).status == 400)
            let answers = [
                try await site.client.post("/api/v1\(path)", json: #"{"stage":"Build","retry_mode":"ALL_ACTIONS"}"#),
                try await site.client.post("/api/v1\(path)", json: #"{"stage":"Build"}"#),
                try await site.client.post("/api/v1\(path)", json: #"{"stage":"Build","jobs":"all"}"#),
                try await site.client.post("/api/v1\(path)", json: #"{"stage":"Build","retry_mode":"SOME"}"#),
            ]
            #expect(answers.map(\.status) == [202, 202, 400, 400])
            let failed = "rerun \(run.id) stage(\"Build\", Plan.StageRetry.failedActions) reason=- by web"
            let all = "rerun \(run.id) stage(\"Build\", Plan.StageRetry.allActions) reason=- by web"
            #expect(site.operations.calls == [failed, all, failed])
        }
    }

    @Test("a stop that lets running jobs end is asked for by form and API")
    func stop() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run(status: .running, conclusion: nil)
            let answer = try await site.client.post("/api/v1/runs/\(run.id)/cancel", json: #"{"let_running_finish":true}"#)
            #expect(answer.status == 202 && site.operations.calls == ["cancel \(run.id) later by web"])
        }
    }
}
