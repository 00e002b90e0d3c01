internal import Expressions
internal import Plan

/// Which step it is: its place in the job, then in the action that it calls, and so on.
typealias CallPath = [Int]

/// One level of steps: the job's own, or those inside one call of a composite action. Each level has its own `steps` and `inputs`
/// and its own idea of success.
struct StepScope: Sendable {
    /// Empty for the job's own steps.
    var path: CallPath = []
    /// The action that the steps are in.
    var action: FoundAction?
    /// The action's; nil for the job's own steps, which see the job's.
    var inputs: ExpressionObject?
    var steps = ExpressionObject()
    /// How the action stands; not looked at for the job's own steps.
    var status = JobStatus.success
    /// What the step, and the action around it, add to `github`.
    var github = ExpressionObject()
    /// The `env` of the steps that this level is inside of: it lies over what steps set for those after them.
    var environment: [String: String] = [:]

    var isInsideAction: Bool { !path.isEmpty }

    mutating func record(outputs: ExpressionObject, outcome: Conclusion, conclusion: Conclusion, ofStep id: String) {
        steps[id] = .object([
            "outputs": .object(outputs),
            "outcome": .string(outcome.result),
            "conclusion": .string(conclusion.result),
        ])
    }

    /// `github.action` of each step: its id, or what GitHub makes up for one without.
    static func actionNames(of steps: [StepPlan]) -> [String] {
        var counts: [String: Int] = [:]
        return steps.map { step in
            if let id = step.id { return id }
            var name = "__run"
            if case .action(let call) = step.work {
                name = "__" + call.actionName.split(separator: "/").filter { $0 != "." }.joined(separator: "_")
            }
            let count = counts[name, default: 0] + 1
            counts[name] = count
            return count == 1 ? name : "\(name)_\(count)"
        }
    }
}
