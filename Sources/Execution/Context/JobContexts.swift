internal import Expressions
internal import Plan

/// The contexts of a running job, kept current as its steps end.
struct JobContexts {
    /// The result of a step that has an `id`.
    struct StepResult {
        var outputs: ExpressionObject
        var outcome: Conclusion
        var conclusion: Conclusion
    }

    /// What `success()`, `failure()` and `cancelled()` look at.
    enum JobStatus: String {
        case success
        case failure
        case cancelled
    }

    var github: ExpressionObject
    var runner: ExpressionObject
    var status = JobStatus.success
    private(set) var steps = ExpressionObject()
    private let fixed: JobAssignment.Contexts
    private let secrets: ExpressionObject

    init(assignment: JobAssignment, secrets: [String: String], runner: ExpressionObject) {
        fixed = assignment.contexts
        github = assignment.contexts.github
        self.runner = runner
        self.secrets = ExpressionObject(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// Names of variables differ by case, unlike the keys of other contexts.
    private static func object(_ environment: [String: String]) -> ExpressionObject {
        ExpressionObject(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }, keyMatching: .exact)
    }

    mutating func record(_ result: StepResult, ofStep id: String) {
        steps[id] = .object([
            "outputs": .object(result.outputs),
            "outcome": .string(result.outcome.result),
            "conclusion": .string(result.conclusion.result),
        ])
    }

    /// The contexts for a step, or for the job itself.
    func all(environment: [String: String]) -> ExpressionObject {
        var job = fixed.job
        job["status"] = .string(status.rawValue)
        return [
            "github": .object(github),
            "env": .object(Self.object(environment)),
            "vars": .object(fixed.variables),
            "job": .object(job),
            "steps": .object(steps),
            "runner": .object(runner),
            "secrets": .object(secrets),
            "strategy": .object(fixed.strategy),
            "matrix": fixed.matrix,
            "needs": .object(fixed.needs),
            "inputs": .object(fixed.inputs),
        ]
    }
}

/// `success()` and its siblings as a step sees them, and `hashFiles()` over the job's checkout.
struct StepFunctions: ContextualFunctions {
    let status: JobContexts.JobStatus
    /// The checkout as this process sees it.
    let workspace: String

    func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? {
        switch function {
        case .always: true
        case .success: status == .success
        case .failure: status == .failure
        case .cancelled: status == .cancelled
        }
    }

    func hashFiles(patterns: [String]) throws(ExpressionError) -> String? {
        try FileHash(workspace: workspace).digest(patterns: patterns)
    }
}
