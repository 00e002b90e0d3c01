internal import Expressions
public import FoundationEssentials

extension RunPlan {
    /// How many jobs the plan has, with those of the workflows that they call; a matrix counts as one.
    public var jobCount: Int { jobs.reduce(0) { $0 + $1.jobCount } }

    /// The rows that the plan's jobs begin as: `waiting`, one for each, in the plan's order. Those of called workflows come
    /// when their call begins, the cells of a matrix when it is known.
    ///
    /// - Parameter caller: of a called workflow, the job that calls it.
    public func makeJobs(ofRun run: Int64 = 0, attempt: Int = 1, calledBy caller: Job? = nil, at now: Date) -> [Job] {
        var position = caller.map { $0.position + 1 } ?? 0
        return jobs.map { plan in
            defer { position += plan.jobCount }
            return Job(
                runID: caller?.runID ?? run, key: JobKey.key(plan.key, in: caller?.key), callerID: caller?.id, position: position,
                name: plan.shownName(calledBy: caller), attempt: caller?.attempt ?? attempt,
                needs: plan.needs.map { JobKey.key($0, in: caller?.key) }, createdAt: now)
        }
    }

    /// The plan that has a job: this one, or that of a called workflow.
    ///
    /// - Parameter key: as in `Job.key`.
    public func plan(ofJob key: String) -> RunPlan? {
        var plan = self
        for caller in JobKey.parts(key).dropLast() {
            guard let call = plan.jobs.first(where: { $0.key == caller })?.call else { return nil }
            plan = call.plan
        }
        return plan
    }

    /// A job by its key; that of one in a called workflow is found by the keys of those that lead to it: `build/test`.
    public func job(_ key: String) -> JobPlan? {
        guard let own = JobKey.parts(key).last else { return nil }
        return plan(ofJob: key)?.jobs.first { $0.key == own }
    }
}

extension JobPlan {
    /// One, and the jobs of the workflow that it calls.
    public var jobCount: Int { 1 + (call?.plan.jobCount ?? 0) }

    /// The name shown before anything is evaluated.
    public func shownName(calledBy caller: Job?) -> String {
        let own = name?.source ?? key
        return caller.map { "\($0.name) / \(own)" } ?? own
    }
}

/// How the key of a job in a called workflow is made: the keys of the jobs that call, and its own. An id of a job has no `/`.
public enum JobKey {
    public static func key(_ own: String, in caller: String?) -> String { caller.map { "\($0)/\(own)" } ?? own }

    public static func parts(_ key: String) -> [Substring] { key.split(separator: "/", omittingEmptySubsequences: false) }

    /// What the job is called in its own file.
    public static func own(_ key: String) -> String { parts(key).last.map(String.init) ?? key }
}
