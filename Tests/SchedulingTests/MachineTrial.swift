import Diagnostics
import Execution
import Expressions
import Foundation
import Plan
import Store
import Testing
import Workflows

@testable import Scheduling

/// A run that is written as a pipeline file and decided about by a `RunMachine`, with ids given as the store gives them.
struct MachineTrial {
    static let now = Date(timeIntervalSince1970: 1_767_312_000)

    var machine: RunMachine
    var groups = ConcurrencyGroups()
    var cancellations: [(job: String, isRepeated: Bool)] = []
    private var nextID: Int64

    /// - Parameter jobs: what is under `jobs`; `runs-on` and `steps` are put in where they are missing.
    init(_ jobs: String, inputs: ExpressionObject = ExpressionObject()) throws {
        self.init(Self.state(try Self.plan(jobs), inputs: inputs))
    }

    static func state(_ plan: RunPlan, run id: Int64 = 1, inputs: ExpressionObject = ExpressionObject()) -> RunState {
        let event = Event(
            repository: "app", name: "push", source: .poll, ref: "refs/heads/main", commit: "c0ffee", inputs: inputs,
            receivedAt: Self.now)
        let run = Run(
            id: id, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push", ref: event.ref,
            commit: event.commit, actor: "ada", createdAt: Self.now)
        var rows = plan.makeJobs(ofRun: id, at: now)
        for index in rows.indices { rows[index].id = Int64(index + 1) }
        return RunState(run: run, plan: plan, event: event, jobs: rows)
    }

    init(_ state: RunState, lostRetries: Int = 0, environments: [EnvironmentProtection] = []) {
        machine = RunMachine(
            state: state,
            facts: RepositoryFacts(
                fullName: "ada/app", serverURL: "", variables: ["REGION": "us", "COLOR": "red"], lostRetries: lostRetries,
                environments: environments))
        nextID = (state.jobs.map(\.id).max() ?? 0) + 1
        advance()
    }

    static func plan(_ jobs: String) throws -> RunPlan {
        var lines: [String] = []
        for line in jobs.split(separator: "\n") {
            lines.append("  \(line)")
            if line.hasPrefix(" ") { continue }
            let keys = jobs[line.endIndex...].split(separator: "\n").prefix { $0.hasPrefix(" ") }
            if !keys.contains(where: { $0.hasPrefix("  runs-on:") }) { lines.append("    runs-on: ubuntu-latest") }
            lines.append("    steps: [{run: make}]")
        }
        let text = "on: push\njobs:\n" + lines.joined(separator: "\n")
        let document = WorkflowReader.read(text: text, path: "ci.yml")
        return try #require(document.plan, "\(document.diagnostics.map(\.message))")
    }

    // MARK: - What happens

    mutating func advance() {
        while true {
            let decision = machine.advance(at: Self.now, groups: &groups)
            if decision.isEmpty { return }
            take(decision)
        }
    }

    /// Starts what may start, all of it.
    mutating func startAll() {
        while let job = machine.nextStartable() { _ = machine.started(job.id, at: Self.now) }
    }

    /// Starts a job, and ends it so.
    mutating func end(
        _ name: String, _ conclusion: Conclusion, outputs: ExpressionObject = [:], continues: Bool = false,
        review: GateReview? = nil
    ) throws {
        let job = try job(name)
        if job.status == .queued { _ = machine.started(job.id, at: Self.now) }
        try #require(self.job(name).status == .running, "\(name) is not running")
        var finish = JournalRecord.JobFinish.lost(reason: "reason of \(name)", at: Self.now)
        finish.conclusion = conclusion
        finish.outputs = outputs
        finish.continuesOnError = continues
        finish.review = review
        take(machine.ended(job.id, finish))
        advance()
    }

    mutating func cancel(_ reason: String = "cancelled by ada") {
        take(machine.cancel(reason: reason, at: Self.now))
        advance()
    }

    /// Has jobs that ended run again.
    mutating func repeatJobs(
        _ ended: [Job], by asker: String? = nil, overriding overridden: (job: Int64, answer: JobApproval.Answer)? = nil
    ) {
        take(machine.repeat(ended, remark: "rerun by ada", by: asker, overriding: overridden, at: Self.now))
        advance()
    }

    /// Answers a job's request for an approval.
    mutating func answer(_ name: String, _ verdict: JobApproval.Verdict, by actor: String = "ada", comment: String? = nil) throws
    {
        let answer = JobApproval.Answer(verdict: verdict, actor: actor, comment: comment, date: Self.now)
        take(machine.answered(try job(name).id, answer))
        advance()
    }

    /// Lets time go by.
    mutating func wait(seconds: Double) {
        while true {
            let decision = machine.advance(at: Self.now.addingTimeInterval(seconds), groups: &groups)
            if decision.isEmpty { return }
            take(decision)
        }
    }

    private mutating func take(_ decision: RunMachine.Decision) {
        cancellations += decision.cancellations.map { ($0.job.name, $0.isRepeated) }
        var inserted: [Job] = []
        for case .insertJobs(let jobs) in decision.changes {
            for var job in jobs {
                job.id = nextID
                nextID += 1
                inserted.append(job)
            }
        }
        if !inserted.isEmpty { machine.inserted(inserted) }
        for displacement in decision.displaced { take(machine.displaced(displacement, at: Self.now)) }
        for member in decision.left {
            let succession = groups.leave(member)
            for admission in succession.admitted { take(machine.admitted(admission.member, to: admission.group)) }
            for displacement in succession.waiting { take(machine.waits(displacement)) }
        }
    }

    // MARK: - What came of it

    func job(_ name: String) throws -> Job { try #require(machine.state.jobs.first { $0.name == name }, "no job \(name)") }

    var names: [String] { machine.state.jobs.map(\.name) }
    /// `name: status` or `name: conclusion` of every job.
    var summary: [String] { machine.state.jobs.map { "\($0.name): \($0.conclusion?.rawValue ?? $0.status.rawValue)" } }
    /// What would start with room for all.
    var startable: [String] {
        var copy = machine
        var names: [String] = []
        while let job = copy.nextStartable() {
            names.append(job.name)
            _ = copy.started(job.id, at: Self.now)
        }
        return names
    }
}
