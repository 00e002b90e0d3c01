import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Web

/// Jobs that run again, or may, while others of their run go on.
@Suite struct JobTriesTests {
    private static let html = ["Accept": "text/html"]

    /// A run under way of which one job failed and ran again.
    private static func repeated(_ site: RunningSite) async throws -> (run: Run, first: Job, second: Job) {
        let (run, jobs) = try await site.run(
            status: .running, conclusion: nil,
            jobs: [RunningSite.job(conclusion: .failure), RunningSite.job("slow", status: .running, conclusion: nil)])
        var again = RunningSite.job()
        (again.id, again.runID, again.repeatedTries) = (-1, run.id, [jobs[0].id])
        let remark = Annotation(level: .notice, message: "rerun by anna: a <flaky> disk")
        _ = try await site.store.apply([.insertJobs([again]), .annotate(job: -1, remark)])
        let rows = try await site.store.jobs(ofRun: run.id)
        return (run, jobs[0], try #require(rows.first { $0.key == "test" }))
    }

    @Test("an earlier try is reached from the run's page, from the job's and by the API, with who had it run again and why")
    func tries() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, first, second) = try await Self.repeated(site)
            #expect(first.id != second.id)
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("<a href=\"/jobs/\(first.id)\" aria-label=\"Try 1 of test\">try 1</a>"))
            for shown in [first, second] {
                let page = try await site.client.get("/jobs/\(shown.id)", Self.html).text
                #expect(page.contains("href=\"/jobs/\(first.id)\"") && page.contains("href=\"/jobs/\(second.id)\""))
                #expect(page.contains("then: rerun by anna: a &lt;flaky&gt; disk"), "\(shown.id)")
                #expect(page.contains("<a href=\"/jobs/\(shown.id)\" aria-current=\"true\">Try "))
            }
            let job = try await site.client.get("/api/v1/jobs/\(second.id)").json()
            let tried = try #require(job["tries"]?[0])
            #expect(tried["id"]?.string == "\(first.id)" && tried["conclusion"]?.string == "failure")
            #expect(tried["successor"]?.string == "rerun by anna: a <flaky> disk" && job["replaced_by"] == .null)
            let old = try await site.client.get("/api/v1/jobs/\(first.id)").json()
            #expect(old["tries"]?.elements.isEmpty == true && old["replaced_by"]?.string == "\(second.id)")
            let jobs = try await site.client.get("/api/v1/runs/\(run.id)").json()["jobs"]?.elements ?? []
            for job in jobs {
                #expect(job["tries"]?.elements.count == (job["key"]?.string == "test" ? 1 : 0))
            }
        }
    }

    @Test("the form to run a job again stands only with what the scheduler would take")
    func forms() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, first, second) = try await Self.repeated(site)
            #expect(try await !site.client.get("/jobs/\(first.id)", Self.html).text.contains("id=\"rerun-menu\""))
            let head = try await site.client.get("/jobs/\(second.id)", Self.html).text
            #expect(head.contains("id=\"rerun-menu\"") && !head.contains("name=\"debug\""))
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains("id=\"rerun-\(second.id)\"") && page.contains("aria-label=\"Rerun only test\""))
            #expect(page.components(separatedBy: "<summary class=\"quiet-link\">Rerun").count == 2, "the job that runs has one")
            #expect(!page.contains("name=\"debug\"") && !page.contains("id=\"rerun-menu\""))
        }
    }

    @Test("of a completed run each job of the newest attempt has the form, with what is for whole attempts; older ones have none")
    func attempts() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job()])
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.components(separatedBy: "name=\"pause_on_failure\"").count == 3)
            #expect(try await site.client.get("/jobs/\(jobs[0].id)", Self.html).text.contains("name=\"debug\""))
            _ = try await site.rerun(run, reason: "rerun by anna", jobs: [RunningSite.job()])
            #expect(try await !site.client.get("/jobs/\(jobs[0].id)", Self.html).text.contains("id=\"rerun-menu\""))
            let earlier = try await site.client.get("/runs/\(run.id)?attempt=1", Self.html).text
            #expect(!earlier.contains("<summary class=\"quiet-link\">Rerun"))
        }
    }

    // MARK: - The rules

    private static func job(
        _ id: Int64, _ key: String, needs: [String] = [], caller: Int64? = nil, _ status: Status = .completed,
        isCall: Bool = false
    ) -> Job {
        var job = RunningSite.job(key, needs: needs, status: status, conclusion: status == .completed ? .failure : nil)
        (job.id, job.callerID, job.callInputs) = (id, caller, isCall ? [:] : nil)
        return job
    }

    private static func run(
        _ status: Status = .running, _ conclusion: Conclusion? = nil, event: String = "push", cancelReason: String? = nil
    ) -> Run {
        var run = Run(
            repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: event, ref: "refs/heads/main",
            commit: RunningSite.commit, actor: "anna", status: status, conclusion: conclusion, createdAt: RunningSite.moment)
        run.cancelReason = cancelReason
        return run
    }

    private static func mayRunAgain(_ run: Run, _ jobs: [Job], isStaged: Bool = false) -> [Int64] {
        let repeatable = RepeatableJobs(run, jobs: jobs, isStaged: isStaged)
        return jobs.filter(repeatable.mayRunAgain).map(\.id)
    }

    @Test("a job runs again beside others once it has ended, unless what needs it is at work or calls a workflow")
    func besideOthers() {
        func chain(_ last: Job) -> [Int64] {
            Self.mayRunAgain(
                Self.run(), [Self.job(1, "a"), Self.job(2, "b", needs: ["a"]), last, Self.job(4, "other", .running)])
        }
        #expect(chain(Self.job(3, "c", needs: ["b"])) == [1, 2, 3])
        #expect(chain(Self.job(3, "c", needs: ["b"], .waiting)) == [1, 2])
        #expect(chain(Self.job(3, "c", needs: ["b"], .queued)).isEmpty)
        #expect(chain(Self.job(3, "c", needs: ["b"], .running)).isEmpty)
        #expect(chain(Self.job(3, "c", needs: ["b"], isCall: true)).isEmpty)
    }

    @Test("a job of a call that has ended waits for the end of the run, and its gate is not overridden before")
    func endedCall() {
        func override(underCall status: Status) -> Bool {
            var gated = Self.job(2, "call/gate", caller: 1)
            gated.approval = JobApproval(kind: .override, since: RunningSite.moment, until: .distantFuture)
            let jobs = [Self.job(1, "call", status, isCall: true), gated, Self.job(3, "other", .running)]
            return RepeatableJobs(Self.run(), jobs: jobs, isStaged: false).mayBeOverridden(gated)
        }
        #expect(!override(underCall: .completed) && override(underCall: .running))
    }

    @Test("nothing runs again of a run that is being cancelled, was refused, rolls back, or has stages to end")
    func never() {
        let jobs = [Self.job(1, "a")]
        #expect(Self.mayRunAgain(Self.run(), jobs) == [1])
        #expect(Self.mayRunAgain(Self.run(cancelReason: "by anna"), jobs).isEmpty)
        #expect(Self.mayRunAgain(Self.run(), jobs, isStaged: true).isEmpty)
        #expect(Self.mayRunAgain(Self.run(.completed, .failure), jobs, isStaged: true) == [1])
        #expect(Self.mayRunAgain(Self.run(.completed, .refused), jobs).isEmpty)
        #expect(Self.mayRunAgain(Self.run(.completed, .failure, event: Event.rollback), jobs).isEmpty)
    }
}
