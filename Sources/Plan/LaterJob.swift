internal import Expressions

/// A job of the run that begins once another one has ended, as its file has it.
public struct LaterJob: Codable, Equatable, Sendable {
    /// Its key, with those of the jobs that call its workflow: `Release/Deploy`.
    public var key: String
    public var steps: [StepPlan]
    public var workflowEnvironment: [NamedTemplate]
    public var environment: [NamedTemplate]
    /// Whether it runs wherever the jobs before it succeed, none of which is left out by a condition, once, and its failure counts.
    public var isUnconditional: Bool
    /// Whether it is written in the same workflow: with the same inputs, and the same names for secrets.
    public var isOfSameWorkflow: Bool
    /// Whether it has an environment, with variables of its own.
    public var hasEnvironment: Bool

    public init(
        key: String, steps: [StepPlan], workflowEnvironment: [NamedTemplate] = [], environment: [NamedTemplate] = [],
        isUnconditional: Bool = true, isOfSameWorkflow: Bool = false, hasEnvironment: Bool = false
    ) {
        self.key = key
        self.steps = steps
        self.workflowEnvironment = workflowEnvironment
        self.environment = environment
        self.isUnconditional = isUnconditional
        self.isOfSameWorkflow = isOfSameWorkflow
        self.hasEnvironment = hasEnvironment
    }
}

extension RunPlan {
    /// The jobs that begin once a job has ended, those of called workflows in place of the jobs that call them.
    ///
    /// - Parameter key: as in `Job.key`.
    public func laterJobs(than key: String) -> [LaterJob] {
        var found: [LaterJob] = []
        var plan = self
        var path: String?
        let parts = JobKey.parts(key).map(String.init)
        for (depth, part) in parts.enumerated() {
            let isInnermost = depth == parts.count - 1
            for job in plan.jobs(after: part) {
                found += Self.leaves(
                    of: job, in: plan, path, isUnconditional: plan.needsNoCondition(job, apartFrom: part),
                    isOfSameWorkflow: isInnermost)
            }
            guard !isInnermost, let call = plan.jobs.first(where: { $0.key == part })?.call else { break }
            path = JobKey.key(part, in: path)
            plan = call.plan
        }
        return found
    }

    /// Those that need a job, and those that need these.
    private func jobs(after key: String) -> [JobPlan] {
        var keys: Set<String> = [key]
        var count = 0
        while keys.count != count {
            count = keys.count
            for job in jobs where job.needs.contains(where: keys.contains) { keys.insert(job.key) }
        }
        return jobs.filter { $0.key != key && keys.contains($0.key) }
    }

    /// Whether none of the jobs that a job waits for has a condition, apart from one that runs.
    private func needsNoCondition(_ job: JobPlan, apartFrom key: String? = nil) -> Bool {
        var open = job.needs
        var seen: Set<String> = []
        while let next = open.popLast() {
            guard next != key, seen.insert(next).inserted, let need = jobs.first(where: { $0.key == next }) else { continue }
            guard need.condition.source.isEmpty else { return false }
            open += need.needs
        }
        return true
    }

    private static func leaves(
        of job: JobPlan, in plan: RunPlan, _ path: String?, isUnconditional: Bool, isOfSameWorkflow: Bool
    ) -> [LaterJob] {
        let isUnconditional =
            isUnconditional && job.condition.source.isEmpty && job.strategy == nil && job.continueOnError == nil
        let key = JobKey.key(job.key, in: path)
        if let call = job.call {
            return call.plan.jobs.flatMap { inner in
                leaves(
                    of: inner, in: call.plan, key, isUnconditional: isUnconditional && call.plan.needsNoCondition(inner),
                    isOfSameWorkflow: false)
            }
        }
        return [
            LaterJob(
                key: key, steps: job.steps, workflowEnvironment: plan.environment, environment: job.environment,
                isUnconditional: isUnconditional, isOfSameWorkflow: isOfSameWorkflow, hasEnvironment: job.deployment != nil)
        ]
    }
}
