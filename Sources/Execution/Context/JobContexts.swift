internal import Expressions

/// The contexts that are the same for all steps of a job, once its place is made.
struct JobContexts: Sendable {
    /// What each step adds to is in its scope.
    var github: ExpressionObject
    var runner: ExpressionObject
    /// The members of `job` but its status: its workflow's file, and what containers there are.
    var job: ExpressionObject
    let fixed: JobAssignment.Contexts
    let secrets: ExpressionObject

    init(assignment: JobAssignment, secrets: [String: String], runner: ExpressionObject = ExpressionObject()) {
        fixed = assignment.contexts
        github = assignment.contexts.github
        job = assignment.contexts.job
        job = assignment.contexts.job
        self.runner = runner
        self.secrets = ExpressionObject(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// The contexts as a step of a scope sees them. Inside an action there are neither secrets nor variables nor needs: an action
    /// gets what it is given.
    func all(in scope: StepScope, environment: [String: String], jobStatus: JobStatus) -> ExpressionObject {
        var github = github
        github.merge(scope.github)
        var job = job
        job["status"] = .string(jobStatus.rawValue)
        var contexts: ExpressionObject = [
            "github": .object(github),
            "env": .object(Self.object(environment)),
            "job": .object(job),
            "steps": .object(scope.steps),
            "runner": .object(runner),
            "strategy": .object(fixed.strategy),
            "matrix": fixed.matrix,
            "inputs": .object(scope.inputs ?? fixed.inputs),
        ]
        if scope.inputs == nil {
            contexts["vars"] = .object(fixed.variables)
            contexts["secrets"] = .object(secrets)
            contexts["needs"] = .object(fixed.needs)
        }
        return contexts
    }

    /// Names of variables differ by case, unlike the keys of other contexts.
    private static func object(_ environment: [String: String]) -> ExpressionObject {
        ExpressionObject(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }, keyMatching: .exact)
    }
}

/// What `success()`, `failure()` and `cancelled()` look at.
enum JobStatus: String, Sendable {
    case success
    case failure
    case cancelled
}
