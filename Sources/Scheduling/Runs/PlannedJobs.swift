internal import Plan

/// The jobs of a run's plan and of all workflows that it calls, by their key, with what they need and what needs them.
final class PlannedJobs: Sendable {
    struct Planned: Sendable {
        let plan: JobPlan
        /// Keys as in `Job.key`.
        let needs: [String]
        /// What it needs, however far up.
        let ancestors: Set<String>
        /// What needs it.
        let dependents: [String]
    }

    private let byKey: [String: Planned]

    init(_ plan: RunPlan) {
        var byKey: [String: Planned] = [:]
        Self.add(plan, calledBy: nil, to: &byKey)
        self.byKey = byKey
    }

    subscript(key: String) -> Planned? { byKey[key] }

    private static func add(_ plan: RunPlan, calledBy caller: String?, to byKey: inout [String: Planned]) {
        let needs = Dictionary(plan.jobs.map { ($0.key, $0.needs) }, uniquingKeysWith: { first, _ in first })
        var dependents: [String: [String]] = [:]
        for job in plan.jobs { for need in job.needs { dependents[need, default: []].append(job.key) } }
        func full(_ key: String) -> String { JobKey.key(key, in: caller) }
        for job in plan.jobs {
            var ancestors: Set<String> = []
            var open = job.needs
            while let key = open.popLast() {
                if ancestors.insert(key).inserted { open += needs[key] ?? [] }
            }
            byKey[full(job.key)] = Planned(
                plan: job, needs: job.needs.map(full), ancestors: Set(ancestors.map(full)),
                dependents: (dependents[job.key] ?? []).map(full))
            if let call = job.call { add(call.plan, calledBy: full(job.key), to: &byKey) }
        }
    }
}
