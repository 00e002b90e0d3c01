internal import Execution
internal import Expressions
internal import Plan

/// Looks for what the jobs after this one deploy to, as far as this job's credentials are theirs, too.
struct LaterDeploys {
    private let invocation: ActionInvocation
    private let jobs: [LaterJob]
    /// The inputs of the step by which this job got its credentials; nil: it had them from its begin.
    private let credentials: [NamedTemplate]?

    private static let regions = ["AWS_REGION", "AWS_DEFAULT_REGION"]

    init(_ invocation: ActionInvocation, by credentials: [NamedTemplate]? = nil) {
        self.invocation = invocation
        self.credentials = credentials
        jobs = invocation.assignment.laterJobs ?? []
    }

    /// Whether variables say by whom, or through what, AWS is asked.
    static func hasOwnAccess(_ environment: [NamedTemplate]) -> Bool { !access(in: environment).isEmpty }

    private static func access(in environment: [NamedTemplate]) -> [NamedTemplate] {
        environment.filter { $0.name.isEmpty || $0.name.hasPrefix("AWS_") && !regions.contains($0.name) }
    }

    /// - Throws: where a job is sure to fail for want of a cluster, a service, a task definition or a repository.
    func check() throws(ActionFailure) {
        // What is missing may be made by any job before.
        let makesSomething = invocation.assignment.job.steps.contains(where: DeployPreflight.mayChange)
        for job in jobs where job.isUnconditional && hasSameCredentials(job) {
            let others = jobs.contains { $0.key != job.key && $0.steps.contains(where: DeployPreflight.mayChange) }
            try check(job, isSure: !makesSomething && !others)
        }
    }

    private func hasSameCredentials(_ job: LaterJob) -> Bool {
        guard !Self.hasOwnAccess(job.environment) else { return false }
        let access = Self.access(in: job.workflowEnvironment)
        guard access == Self.access(in: invocation.assignment.workflowEnvironment), access.isEmpty || job.isOfSameWorkflow else {
            return false
        }
        // Secrets and variables of an environment go before the repository's: the same words mean something else there.
        let isElsewhere = job.hasEnvironment || invocation.assignment.job.deployment != nil
        guard !isElsewhere || !(access + (credentials ?? [])).contains(where: Self.readsSettings) else { return false }
        let steps = job.steps.compactMap(DeployPreflight.call).filter { $0.actionName == DeployPreflight.credentialAction }
        guard let credentials else { return steps.isEmpty }
        func sorted(_ inputs: [NamedTemplate]) -> [NamedTemplate] { inputs.sorted { $0.name < $1.name } }
        return steps.count == 1 && job.isOfSameWorkflow && sorted(steps[0].inputs) == sorted(credentials)
    }

    private static func readsSettings(_ template: NamedTemplate) -> Bool {
        template.value.expressions.contains { expression in
            ["secrets", "vars"].contains { !expression.references.uses(of: $0).isEmpty }
        }
    }

    private func check(_ job: LaterJob, isSure: Bool) throws(ActionFailure) {
        var contexts = DeployPreflight.contexts(of: invocation.assignment, environment: [:])
        if !job.isOfSameWorkflow { contexts["inputs"] = nil }
        if job.hasEnvironment { contexts["vars"] = nil }
        contexts["env"] = nil
        // What the daemon gives to every job stands below what the file says.
        var variables = invocation.awsEnvironment.filter { Self.regions.contains($0.key) && credentials != nil }
        var unknown: Set<String> = []
        for variable in job.workflowEnvironment + job.environment {
            var context = contexts
            context["env"] = .object(ExpressionObject(variables.map { ($0.key, .string($0.value)) }, keyMatching: .exact))
            let names = variable.value.expressions.flatMap { $0.references.uses(of: "env") }.compactMap { $0.path.first?.key }
            if let text = try? variable.value.text(in: EvaluationContext(contexts: context)), unknown.isDisjoint(with: names) {
                variables[variable.name] = text
                unknown.remove(variable.name)
            } else {
                variables[variable.name] = nil
                unknown.insert(variable.name)
            }
        }
        guard unknown.isDisjoint(with: Self.regions) else { return }
        contexts["env"] = .object(ExpressionObject(variables.map { ($0.key, .string($0.value)) }, keyMatching: .exact))
        let region = Self.regions.compactMap { variables[$0] }.first { !$0.isEmpty }
        var later = invocation
        later.environment.merge(variables) { $1 }
        var preflight = DeployPreflight(later, try later.cloud(region: region), steps: job.steps, contexts: contexts)
        preflight.unknownVariables = unknown
        preflight.isSure = isSure
        preflight.place = "the job \(job.key), which comes later,"
        try preflight.check()
    }
}
