/// A key of a workflow file whose text may hold expressions, with the contexts and special functions that exist there.
///
/// After the table "Context availability" in GitHub's manual of contexts. The functions named here exist nowhere else;
/// all others exist wherever an expression is allowed.
public struct ExpressionPlace: Sendable, Hashable {
    /// The key as the manual writes it: `jobs.<job_id>.steps.run`.
    public let key: String
    /// Empty: no expression is allowed here.
    public let contexts: [String]
    /// Of `hashFiles`, `always`, `success`, `failure`, `cancelled`.
    public let functions: [String]

    public var allowsExpressions: Bool { !contexts.isEmpty }

    init(_ key: String, _ contexts: [String], functions: [String] = []) {
        self.key = key
        self.contexts = contexts
        self.functions = functions
    }

    /// A key that is taken as it is written.
    public static func literal(_ key: String) -> ExpressionPlace { ExpressionPlace(key, []) }
}

// MARK: Sets of contexts

private let run = ["github", "inputs", "vars"]
private let beforeJob = run + ["needs"]
private let job = beforeJob + ["strategy", "matrix"]
private let runningJob = job + ["job", "runner", "env"]
private let step = runningJob + ["secrets", "steps"]
private let stepFunctions = ["hashFiles"]
private let statusFunctions = ["always", "cancelled", "success", "failure"]

// MARK: The table

extension ExpressionPlace {
    public static let runName = ExpressionPlace("run-name", run)
    public static let workflowConcurrency = ExpressionPlace("concurrency", run)
    public static let workflowEnvironment = ExpressionPlace("env", run + ["secrets"])
    public static let callInputDefault = ExpressionPlace("on.workflow_call.inputs.<inputs_id>.default", run)
    public static let callOutput = ExpressionPlace("on.workflow_call.outputs.<output_id>.value", run + ["jobs"])

    public static let jobName = ExpressionPlace("jobs.<job_id>.name", job)
    public static let jobCondition = ExpressionPlace("jobs.<job_id>.if", beforeJob, functions: statusFunctions)
    public static let strategy = ExpressionPlace("jobs.<job_id>.strategy", beforeJob)
    public static let runsOn = ExpressionPlace("jobs.<job_id>.runs-on", job)
    public static let jobTimeout = ExpressionPlace("jobs.<job_id>.timeout-minutes", job)
    public static let jobContinueOnError = ExpressionPlace("jobs.<job_id>.continue-on-error", job)
    public static let jobConcurrency = ExpressionPlace("jobs.<job_id>.concurrency", job)
    public static let jobEnvironment = ExpressionPlace("jobs.<job_id>.env", job + ["secrets"])
    public static let jobDefaults = ExpressionPlace("jobs.<job_id>.defaults.run", job + ["env"])
    public static let jobOutput = ExpressionPlace("jobs.<job_id>.outputs.<output_id>", step)
    public static let deployment = ExpressionPlace("jobs.<job_id>.environment", job)
    public static let deploymentURL = ExpressionPlace("jobs.<job_id>.environment.url", runningJob + ["steps"])
    public static let container = ExpressionPlace("jobs.<job_id>.container", job)
    public static let containerCredentials = ExpressionPlace(
        "jobs.<job_id>.container.credentials", job + ["env", "secrets"])
    public static let containerEnvironment = ExpressionPlace(
        "jobs.<job_id>.container.env.<env_id>", runningJob + ["secrets", "steps"])
    public static let services = ExpressionPlace("jobs.<job_id>.services", job)
    public static let serviceCredentials = ExpressionPlace(
        "jobs.<job_id>.services.<service_id>.credentials", job + ["env", "secrets"])
    public static let serviceEnvironment = ExpressionPlace(
        "jobs.<job_id>.services.<service_id>.env.<env_id>", runningJob + ["secrets", "steps"])
    public static let snapshotCondition = ExpressionPlace("jobs.<job_id>.snapshot.if", job)
    public static let callInput = ExpressionPlace("jobs.<job_id>.with.<with_id>", job)
    public static let callSecret = ExpressionPlace("jobs.<job_id>.secrets.<secrets_id>", job + ["secrets"])

    public static let stepName = ExpressionPlace("jobs.<job_id>.steps.name", step, functions: stepFunctions)
    public static let stepCondition = ExpressionPlace(
        "jobs.<job_id>.steps.if", runningJob + ["steps"], functions: statusFunctions + stepFunctions)
    public static let stepScript = ExpressionPlace("jobs.<job_id>.steps.run", step, functions: stepFunctions)
    public static let stepInput = ExpressionPlace("jobs.<job_id>.steps.with", step, functions: stepFunctions)
    public static let stepEnvironment = ExpressionPlace("jobs.<job_id>.steps.env", step, functions: stepFunctions)
    public static let stepWorkingDirectory = ExpressionPlace(
        "jobs.<job_id>.steps.working-directory", step, functions: stepFunctions)
    public static let stepTimeout = ExpressionPlace(
        "jobs.<job_id>.steps.timeout-minutes", step, functions: stepFunctions)
    public static let stepContinueOnError = ExpressionPlace(
        "jobs.<job_id>.steps.continue-on-error", step, functions: stepFunctions)

    /// Every place with expressions, for the manual.
    public static let all: [ExpressionPlace] = [
        runName, workflowConcurrency, workflowEnvironment, callInputDefault, callOutput, jobName, jobCondition, strategy,
        runsOn, jobTimeout, jobContinueOnError, jobConcurrency, jobEnvironment, jobDefaults, jobOutput, deployment,
        deploymentURL, container, containerCredentials, containerEnvironment, services, serviceCredentials,
        serviceEnvironment, snapshotCondition, callInput, callSecret, stepName, stepCondition, stepScript, stepInput,
        stepEnvironment, stepWorkingDirectory, stepTimeout, stepContinueOnError,
    ]
}
