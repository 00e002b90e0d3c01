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
    var cancellations: [(job: String, isRepeated: Bool)] = []
    private var nextID: Int64

    /// - Parameter jobs: what is under `jobs`; `runs-on` and `steps` are put in where they are missing.
    init(_ jobs: String, inputs: ExpressionObject = ExpressionObject()) throws {
        let plan = try Self.plan(jobs)
        let event = Event(
            repository: "app", name: "push", source: .poll, ref: "refs/heads/main", commit: "c0ffee", inputs: inputs,
            receivedAt: Self.now)
        let run = Run(
            id: 1, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push", ref: event.ref,
            commit: event.commit, actor: "ada", createdAt: Self.now)
        let rows = plan.jobs.enumerated().map { index, job in
            Job(
                id: Int64(index + 1), runID: 1, key: job.key, name: job.name?.source ?? job.key, needs: job.needs,
                createdAt: Self.now)
        }
        self.init(RunState(run: run, plan: plan, event: event, jobs: rows))
    }

    init(_ state: RunState) {
        machine = RunMachine(state: state, facts: RepositoryFacts(fullName: "ada/app", serverURL: ""))
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
            let decision = machine.advance(at: Self.now)
            if !take(decision) { return }
        }
    }

    /// Starts what may start, all of it.
    mutating func startAll() {
        for job in machine.startable { _ = machine.started(job.id, at: Self.now) }
    }

    /// Starts a job, and ends it so.
    mutating func end(_ name: String, _ conclusion: Conclusion, outputs: ExpressionObject = [:], continues: Bool = false) throws {
        let job = try job(name)
        if job.status == .queued { _ = machine.started(job.id, at: Self.now) }
        try #require(self.job(name).status == .running, "\(name) is not running")
        var finish = JournalRecord.JobFinish.lost(reason: "reason of \(name)", at: Self.now)
        finish.conclusion = conclusion
        finish.outputs = outputs
        finish.continuesOnError = continues
        take(machine.ended(job.id, finish))
        advance()
    }

    mutating func cancel(_ reason: String = "cancelled by ada") {
        take(machine.cancel(reason: reason, at: Self.now))
        advance()
    }

    @discardableResult
    private mutating func take(_ decision: RunMachine.Decision) -> Bool {
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
        return !inserted.isEmpty
    }

    // MARK: - What came of it

    func job(_ name: String) throws -> Job { try #require(machine.state.jobs.first { $0.name == name }, "no job \(name)") }

    var names: [String] { machine.state.jobs.map(\.name) }
    /// `name: status` or `name: conclusion` of every job.
    var summary: [String] { machine.state.jobs.map { "\($0.name): \($0.conclusion?.rawValue ?? $0.status.rawValue)" } }
    var startable: [String] { machine.startable.map(\.name) }
}
