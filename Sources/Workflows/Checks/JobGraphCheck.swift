internal import Diagnostics

/// `needs` names other jobs of the file, and no job needs itself, directly or through others.
///
/// Rules: `unknown-job`, `cyclic-needs`.
struct JobGraphCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        let ids = KnownNames(workflow.jobs.map(\.id.value))
        for job in workflow.jobs {
            for need in job.needs where !ids.contains(need.value) {
                let advice = ids.meant(by: need.value).map { "; did you mean \"\($0)\"?" } ?? ""
                diagnostics.error(
                    "unknown-job", "the job \"\(job.id.value)\" needs \"\(need.value)\", which is no job of this file\(advice)",
                    at: need.range)
            }
        }
        var rest = Dictionary(
            workflow.jobs.map { ($0.id.value.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        removeIndependent(from: &rest)
        while let cycle = nextCycle(in: rest, order: workflow.jobs) {
            report(cycle, to: diagnostics)
            for job in cycle { rest[job.id.value.lowercased()] = nil }
            removeIndependent(from: &rest)
        }
    }

    /// Takes away every job whose needs are all away already; what is left is in a cycle or needs one.
    private func removeIndependent(from rest: inout [String: WorkflowJob]) {
        var dependents: [String: [String]] = [:]
        var missing: [String: Int] = [:]
        for (id, job) in rest {
            let needs = Set(job.needs.map { $0.value.lowercased() }).filter { rest[$0] != nil }
            missing[id] = needs.count
            for need in needs { dependents[need, default: []].append(id) }
        }
        var ready = missing.filter { $0.value == 0 }.map(\.key)
        while let id = ready.popLast() {
            rest[id] = nil
            for dependent in dependents[id] ?? [] {
                missing[dependent, default: 1] -= 1
                if missing[dependent] == 0 { ready.append(dependent) }
            }
        }
    }

    /// The jobs of a cycle, each needing the next; the first of them is the first in the file.
    private func nextCycle(in rest: [String: WorkflowJob], order: [WorkflowJob]) -> [WorkflowJob]? {
        guard let start = order.first(where: { rest[$0.id.value.lowercased()] != nil }) else { return nil }
        var path: [WorkflowJob] = []
        var places: [String: Int] = [:]
        var job = start
        while true {
            let id = job.id.value.lowercased()
            if let place = places[id] { return Array(path[place...]) }
            places[id] = path.count
            path.append(job)
            guard let next = job.needs.lazy.compactMap({ rest[$0.value.lowercased()] }).first else { return path }
            job = next
        }
    }

    private func report(_ cycle: [WorkflowJob], to diagnostics: DiagnosticCollector) {
        guard let job = cycle.first else { return }
        let next = cycle.count > 1 ? cycle[1] : job
        let place = job.needs.first { $0.value.lowercased() == next.id.value.lowercased() }?.range ?? job.id.range
        let names = cycle.map { "\"\($0.id.value)\"" }
        let shown = names.count <= 6 ? names : names.prefix(5) + ["…", names[names.count - 1]]
        let path = (shown + [names[0]]).joined(separator: " needs ")
        let message = cycle.count == 1 ? "the job \"\(job.id.value)\" needs itself" : "jobs need each other: \(path)"
        diagnostics.error("cyclic-needs", message, at: place)
    }
}
