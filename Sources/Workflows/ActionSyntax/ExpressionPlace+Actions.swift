// What expressions in an action's metadata may use, after the schema of GitHub's runner: an action knows nothing of the
// secrets, needs and variables of the job that calls it.

private let call = ["github", "strategy", "matrix", "job", "runner"]
private let step = call + ["inputs", "steps", "env"]
private let statusFunctions = ["always", "cancelled", "success", "failure"]

extension ExpressionPlace {
    static let actionInputDefault = ExpressionPlace("inputs.<input_id>.default", call, functions: ["hashFiles"])
    static let actionOutput = ExpressionPlace("outputs.<output_id>.value", step)
    static let actionArguments = ExpressionPlace("runs.args", ["inputs"])
    static let actionEnvironment = ExpressionPlace("runs.env", ["inputs"])
    static let actionPreCondition = hookCondition("runs.pre-if")
    static let actionPostCondition = hookCondition("runs.post-if")

    private static func hookCondition(_ key: String) -> ExpressionPlace {
        ExpressionPlace(key, call + ["env", "inputs"], functions: statusFunctions + ["hashFiles"])
    }

    fileprivate static func compositeStep(_ key: String, functions: [String] = []) -> ExpressionPlace {
        ExpressionPlace("runs.steps.\(key)", step, functions: functions + ["hashFiles"])
    }

    /// Every place of an action's metadata with expressions, for the manual.
    public static let actions: [ExpressionPlace] = {
        let steps = StepPlaces.composite
        return [
            actionInputDefault, actionOutput, actionArguments, actionEnvironment, actionPreCondition, actionPostCondition,
            steps.name, steps.condition, steps.script, steps.shell, steps.workingDirectory, steps.input, steps.environment,
            steps.continueOnError,
        ]
    }()
}

extension StepPlaces {
    /// The steps of a composite action.
    static let composite = StepPlaces(
        path: "runs.steps", name: .compositeStep("name"), condition: .compositeStep("if", functions: statusFunctions),
        script: .compositeStep("run"), shell: .compositeStep("shell"), workingDirectory: .compositeStep("working-directory"),
        input: .compositeStep("with"), environment: .compositeStep("env"), continueOnError: .compositeStep("continue-on-error"),
        timeout: .literal("runs.steps.timeout-minutes"), hasBackground: false, hasTimeout: false, requiresShell: true)
}
