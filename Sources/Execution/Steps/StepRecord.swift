internal import Expressions
internal import Plan

/// What came of a step, before `continue-on-error` is looked at.
struct StepEnd: Sendable {
    var outcome: Conclusion
    var exitCode: Int32?
    var reason: String?
    var outputs = ExpressionObject()
    /// Of the one of several commands that failed: where the log has what it printed, from the step's first byte on.
    var output: Range<Int64>?
    /// Whether the job's time was over while it ran.
    var hitJobLimit = false
    /// Of a failure after which the job is to begin again.
    var retry: CommandBlock.Retry?
    /// What a person may decide of the failure.
    var review: GateReview?
    /// Of a step that did not run.
    var skipCause: SkipCause?

    static func failed(_ reason: String) -> StepEnd { StepEnd(outcome: .failure, reason: reason) }

    func conclusion(tolerates: Bool) -> Conclusion { outcome.isFailure && tolerates ? .success : outcome }
}

/// A step that has been decided to run, with everything of it evaluated that does not depend on its kind.
struct PreparedStep: Sendable {
    var plan: StepPlan
    var path: CallPath
    /// `github.action`.
    var actionName: String
    /// All variables: workflow's, job's, earlier steps', those of the steps around it and its own, without the default ones.
    var environment: [String: String]
    /// Those of the steps around it and its own alone: for the steps inside it.
    var ownEnvironment: [String: String]
}

/// A `pre` or `post` of an action: a step of its own, with those of the actions inside it.
struct ActionStage: Sendable {
    var path: CallPath
    var plan: StepPlan
    var actionName: String
    var action: ResolvedAction
    /// Those of the actions inside a composite one, in the order of its steps.
    var children: [ActionStage] = []
    /// What the main steps of a composite action left in its `steps`.
    var steps = ExpressionObject()

    /// Takes another registration of the same call in.
    mutating func merge(_ other: ActionStage) {
        steps = other.steps.isEmpty ? steps : other.steps
        for child in other.children { Self.add(child, to: &children) }
        children.sort { $0.path.lexicographicallyPrecedes($1.path) }
    }

    static func add(_ stage: ActionStage, to stages: inout [ActionStage]) {
        if let known = stages.firstIndex(where: { $0.path == stage.path }) {
            stages[known].merge(stage)
        } else {
            stages.append(stage)
        }
    }
}

/// Which of an action's programs runs.
enum Stage: Sendable {
    case pre
    case main
    case post
}

/// What a `uses` means.
enum ResolvedAction: Sendable {
    case builtin(any BuiltinAction)
    /// `docker://…`
    case image(String)
    case found(FoundAction)

    var found: FoundAction? {
        if case .found(let action) = self { action } else { nil }
    }

    /// The condition of its `pre` or `post`; nil: it always runs.
    func condition(of stage: Stage) -> Condition? {
        switch (found?.plan.work, stage) {
        case (.node(let node), .pre): node.preCondition
        case (.node(let node), .post): node.postCondition
        case (.docker(let docker), .pre): docker.preCondition
        case (.docker(let docker), .post): docker.postCondition
        default: nil
        }
    }

    var hasPost: Bool {
        switch self {
        case .builtin(let action): type(of: action).hasPost
        case .image: false
        case .found(let action):
            switch action.plan.work {
            case .node(let node): node.post != nil
            case .docker(let docker): docker.postEntrypoint != nil
            case .composite: false
            }
        }
    }

    var hasPre: Bool {
        switch found?.plan.work {
        case .node(let node): node.pre != nil
        case .docker(let docker): docker.preEntrypoint != nil
        default: false
        }
    }
}
