internal import Expressions
internal import Plan

/// What came of a step, before `continue-on-error` is looked at.
struct StepEnd {
    var outcome: Conclusion
    var exitCode: Int32?
    var reason: String?
    var outputs = ExpressionObject()

    static func failed(_ reason: String) -> StepEnd { StepEnd(outcome: .failure, reason: reason) }
}

/// A step that has been decided to run, with everything of it evaluated that does not depend on its kind.
struct PreparedStep {
    var number: Int
    var name: String
    var plan: StepPlan
    /// Workflow's, job's, earlier steps' and its own variables, without the default ones.
    var environment: [String: String]
    var deadline: Deadline?
    var timeoutMinutes: Double?
}
