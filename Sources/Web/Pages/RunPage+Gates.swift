internal import PercentCoding
internal import Plan
internal import Store

extension RunPage {
    func gateValues(_ content: Content) -> PageValues {
        let path = RepositoryPath.encoded(content.run.repository)
        return [
            "hasGates": !content.gates.isEmpty,
            "gates": content.gates.map { entry -> PageValues in
                let gate = entry.stored.gate
                let job = "&job=\(PercentEncoding.encoded(entry.stored.job))&place=\(entry.stored.place)"
                let query = "gate=\(PercentEncoding.encoded(gate.name))\(job)"
                let branch = content.run.branch.map { "&branch=\(PercentEncoding.encoded($0))" } ?? ""
                return [
                    "name": gate.name, "mood": Self.mood(gate.outcome), "badge": Self.badge(gate), "job": entry.job.name,
                    "jobID": entry.job.id, "history": "/repositories/\(path)/metrics?\(query)\(branch)",
                    "baseline": Filled(gate.baseline?.words), "baselineRun": Filled(gate.baseline?.run.map { String($0) }),
                    "compare": gate.baseline?.run.map { "/compare?left=\($0)&right=\(content.run.id)" } ?? "",
                    "notes": gate.notes.map { ["note": $0] as PageValues }, "hasChecks": !gate.checks.isEmpty,
                    "checks": gate.checks.map(Self.check),
                    "count": gate.metrics.count == 1 ? "1 metric" : "\(gate.metrics.count) metrics",
                    "hasMetrics": !gate.metrics.isEmpty, "isRecord": gate.isRecord,
                    "metrics": gate.metrics.map { ["name": $0.title, "value": NumberText.text($0.value)] as PageValues },
                ]
            },
        ]
    }

    private static func check(_ check: GateCheck) -> PageValues {
        [
            "condition": check.condition, "value": check.value.map(NumberText.text) ?? "–",
            "threshold": check.threshold.map(NumberText.text) ?? "–", "baseline": check.baseline.map(NumberText.text) ?? "–",
            "difference": check.difference.map(NumberText.difference) ?? "–", "verdict": check.verdictWord,
            "kind": check.verdict == .passed || check.verdict == .skipped ? check.verdict.rawValue : "failed",
            "reason": Filled(check.reason),
        ]
    }

    private static func mood(_ outcome: GateOutcome) -> String {
        switch outcome {
        case .pass: "success"
        case .fail: "failure"
        case .investigate: "waiting"
        }
    }

    private static func badge(_ gate: GateResult) -> String {
        let label =
            switch gate.outcome {
            case .pass: gate.isRecord ? "Recorded" : "Passed"
            case .fail: "Failed"
            case .investigate: "A person decides"
            }
        return Mood(name: mood(gate.outcome), label: label).badge
    }
}
