/// What the steps of a job and those of a composite action differ in: their keys, and what expressions may use there.
struct StepPlaces {
    /// Under which `LanguageSupport` lists the keys.
    let path: String
    let name: ExpressionPlace
    let condition: ExpressionPlace
    let script: ExpressionPlace
    let shell: ExpressionPlace
    let workingDirectory: ExpressionPlace
    let input: ExpressionPlace
    let environment: ExpressionPlace
    let continueOnError: ExpressionPlace
    let timeout: ExpressionPlace
    /// Whether steps may be in the background, and the keys about such steps exist.
    let hasBackground: Bool
    /// Whether `timeout-minutes` exists.
    let hasTimeout: Bool
    /// Whether a script has to name its shell.
    let requiresShell: Bool

    static let job = StepPlaces(
        path: "jobs.<job_id>.steps", name: .stepName, condition: .stepCondition, script: .stepScript,
        shell: .literal("jobs.<job_id>.steps.shell"), workingDirectory: .stepWorkingDirectory, input: .stepInput,
        environment: .stepEnvironment, continueOnError: .stepContinueOnError, timeout: .stepTimeout, hasBackground: true,
        hasTimeout: true, requiresShell: false)
}
