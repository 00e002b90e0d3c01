internal import AWS
internal import Deployments
internal import Execution
internal import Expressions
public import Plan

/// Looks, as soon as a job has its credentials, for what its later steps are going to deploy and push to: a service or a repository
/// that is not there is said before an image is built, not after.
///
/// Only what is sure counts: steps without a condition, whose failure counts and whose inputs need no other step, in a job with one set
/// of credentials. Where a step before may make what is missing, that it is missing is only remarked.
public struct DeployPreflight {
    let invocation: ActionInvocation
    private let cloud: Cloud
    private let context: EvaluationContext
    let steps: [StepPlan]
    /// Variables whose values are not known yet.
    var unknownVariables: Set<String> = []
    /// Whether nothing before these steps may make what is missing.
    var isSure = true
    /// Whose steps they are, for messages.
    var place = "a later step of this job"
    /// The step that logs in to the one registry whose name is known; nil where it is not known.
    private let loginID: String?

    static let credentialAction = "aws-actions/configure-aws-credentials"
    static let loginAction = "aws-actions/amazon-ecr-login"
    /// Words of commands that may make a cluster, a service or a task definition.
    private static let makingCommands = [
        "aws ", "terraform", "tofu", "terragrunt", "cdk", "pulumi", "cloudformation", "copilot", "ecs-cli", "ansible", "boto",
        "make",
        "serverless", "npm", "npx", "yarn", "node ", "just ", ".sh", ".py", "./", "bin/",
        // It may also change what the inputs of later steps say.
        "GITHUB_ENV",
    ]
    /// Among those, the ones that make nothing.
    private static let harmlessCommands = ["aws ecr get-login", "aws sts ", "aws --version", "aws s3 ", "aws configure "]
    /// Owners of actions of which none makes anything like that, but deploys.
    private static let knownOwners = ["actions", "docker", "slipway"]
    private static let knownActions = [
        credentialAction, loginAction, "aws-actions/amazon-ecs-render-task-definition",
        "aws-actions/amazon-ecs-deploy-task-definition",
    ]

    init(_ invocation: ActionInvocation, _ cloud: Cloud, registry: String? = nil) {
        let logins = invocation.assignment.job.steps.filter { Self.call(of: $0)?.actionName == Self.loginAction }
        let loginID = logins.count == 1 && registry != nil ? logins[0].id : nil
        var contexts = Self.contexts(of: invocation.assignment, environment: invocation.environment)
        if let loginID, let registry {
            contexts["steps"] = .object([loginID: ["outputs": ["registry": .string(registry)]]])
        }
        self.init(invocation, cloud, steps: invocation.assignment.job.steps, contexts: contexts, loginID: loginID)
    }

    /// - Parameter contexts: what is not among these makes an input one that is not known yet.
    init(
        _ invocation: ActionInvocation, _ cloud: Cloud, steps: [StepPlan], contexts: ExpressionObject, loginID: String? = nil
    ) {
        self.invocation = invocation
        self.cloud = cloud
        self.steps = steps
        self.loginID = loginID
        context = EvaluationContext(contexts: contexts)
    }

    static func contexts(of assignment: JobAssignment, environment: [String: String]) -> ExpressionObject {
        let variables = environment.sorted { $0.key < $1.key }.map { ($0.key, ExpressionValue.string($0.value)) }
        return [
            "env": .object(ExpressionObject(variables, keyMatching: .exact)), "github": .object(assignment.contexts.github),
            "vars": .object(assignment.contexts.variables), "inputs": .object(assignment.contexts.inputs),
            "matrix": assignment.contexts.matrix, "strategy": .object(assignment.contexts.strategy),
        ]
    }

    /// Whether any of these jobs has something that can be looked for.
    public static func isOfUse(for jobs: [LaterJob]) -> Bool {
        jobs.contains { $0.steps.contains { call(of: $0).map { deployActions.contains($0.actionName) } ?? false } }
    }

    /// - Throws: where a step is sure to fail for want of a cluster, a service or a task definition.
    func check() throws(ActionFailure) {
        guard steps.count(where: { Self.call(of: $0)?.actionName == Self.credentialAction }) <= 1 else { return }
        var isSure = isSure
        for step in steps {
            defer { if Self.mayChange(step) { isSure = false } }
            guard Self.isSureToRun(step), step.continueOnError == nil, !Self.hasOwnAccess(step) else { continue }
            do throws(ActionFailure) {
                if let call = Self.call(of: step) { try check(call) }
                try checkPush(of: step)
            } catch {
                guard !isSure else { throw error }
                remark(error)
            }
        }
    }

    /// A phase of a build is only left out where one before it has failed the job.
    private static func isSureToRun(_ step: StepPlan) -> Bool {
        if case .commands = step.work { return true }
        return step.condition.source.isEmpty
    }

    /// For what may be there by then.
    func remark(_ failure: ActionFailure) {
        invocation.log("##[warning]\(failure.message), unless a step before it makes it")
    }

    /// Whether a step of the job looks for it all, as it has the credentials first.
    static func isDone(by job: JobPlan) -> Bool {
        job.steps.contains { step in call(of: step).map { [credentialAction, loginAction].contains($0.actionName) } ?? false }
    }

    /// Whether a step deploys with another account or in another region than the one that is looked at.
    private static func hasOwnAccess(_ step: StepPlan) -> Bool {
        step.environment.contains { $0.name.isEmpty || $0.name.hasPrefix("AWS_") }
    }

    private func check(_ call: ActionCall) throws(ActionFailure) {
        switch call.actionName {
        case "aws-actions/amazon-ecs-deploy-task-definition", "slipway/ecs-deploy":
            guard let service = text("service", of: call) else { return }
            try check(service, in: cluster(of: call), takesTaskSets: call.actionName == "slipway/ecs-deploy")
        case "slipway/ecs-run-task":
            guard let definition = text("task-definition", of: call), !definition.hasSuffix(".json") else { return }
            try check(taskDefinition: definition)
        default: return
        }
    }

    /// Whether a later step may find what is not there yet: a step that deploys makes task definitions, which one may run.
    static func mayChange(_ step: StepPlan) -> Bool { mayMake(step) || serviceActions.contains(call(of: step)?.actionName ?? "") }

    private static let serviceActions = ["aws-actions/amazon-ecs-deploy-task-definition", "slipway/ecs-deploy"]
    private static let deployActions = serviceActions + ["slipway/ecs-run-task"]

    /// Whether a step may make what a later one needs.
    static func mayMake(_ step: StepPlan) -> Bool {
        switch step.work {
        case .action(let call):
            let owner = call.actionName.prefix { $0 != "/" }
            return call.actionName == "actions/github-script"
                || !knownOwners.contains { $0 == owner } && !knownActions.contains(call.actionName)
        case .script(let script): return mayMake(script.text.source)
        case .commands(let block): return (block.commands + block.finally).contains { mayMake($0.text) }
        case .parallel(let steps): return steps.contains(where: mayMake)
        case .wait, .waitAll, .cancel: return false
        }
    }

    /// - Parameter text: of commands.
    private static func mayMake(_ text: String) -> Bool {
        let rest = harmlessCommands.reduce(text) { $0.replacing($1, with: "") }
        return makingCommands.contains { rest.contains($0) }
    }

    static func call(of step: StepPlan) -> ActionCall? {
        guard case .action(let call) = step.work else { return nil }
        return call
    }

    /// Nil where it is not given, or not known yet.
    func text(_ name: String, of call: ActionCall) -> String? {
        guard let input = call.inputs.first(where: { $0.name.lowercased() == name }), let text = value(of: input.value),
            !text.isEmpty
        else { return nil }
        return text
    }

    /// Nil where it is not known yet.
    ///
    /// - Parameter variables: what `env` has beside the job's.
    func value(of template: Template, adding variables: [String: String] = [:]) -> String? {
        // Of steps that are still to run, an expression would find nothing, and say so by an empty text.
        let uses = template.expressions.flatMap { $0.references.uses(of: "steps") }
        let known = [loginID, "outputs", "registry"]
        let variableNames = template.expressions.flatMap { $0.references.uses(of: "env") }.map { $0.path.first?.key ?? "" }
        guard unknownVariables.isEmpty || unknownVariables.union([""]).isDisjoint(with: variableNames) else { return nil }
        guard uses.allSatisfy({ loginID != nil && $0.path.map(\.key) == known }) else { return nil }
        var context = context
        if !variables.isEmpty, case .object(var object)? = context.contexts["env"] {
            for (name, value) in variables { object[name] = .string(value) }
            context.contexts["env"] = .object(object)
        }
        return try? template.text(in: context)
    }

    /// Nil where it is not known yet.
    private func cluster(of call: ActionCall) -> String? {
        call.inputs.contains { $0.name.lowercased() == "cluster" } ? text("cluster", of: call) : "default"
    }

    private func check(_ service: String, in cluster: String?, takesTaskSets: Bool) throws(ActionFailure) {
        guard let cluster else { return }
        do throws(DeploymentError) {
            var wish = ServiceDeploy.Wish(cluster: cluster, service: service)
            wish.takesTaskSets = takesTaskSets
            _ = try ServiceDeploy.find(wish, in: cloud)
            invocation.log(
                "\(place.prefix(1).uppercased())\(place.dropFirst()) deploys to the service \(cluster)/\(service), which is there"
            )
        } catch {
            try fail(error)
        }
    }

    private func check(taskDefinition name: String) throws(ActionFailure) {
        do throws(DeploymentError) { _ = try cloud.describe(taskDefinition: name) } catch {
            guard error.message.contains("Unable to describe task definition") else { return }
            throw ActionFailure(
                "\(place) runs the task definition \"\(name)\", which is not in \(cloud.ecs.region): check its name and the region"
            )
        }
    }

    /// Credentials that may not look, or an AWS that does not answer just now, say nothing about the later step.
    private func fail(_ error: DeploymentError) throws(ActionFailure) {
        guard error.kind == .refused else { return }
        throw ActionFailure("\(place) can't succeed: \(error.message)")
    }
}

extension ActionInvocation {
    /// Looks for what later steps deploy and push to, now that there are credentials.
    ///
    /// - Parameters:
    ///   - variables: what the later steps find beside what this one has.
    ///   - registry: that of ECR which this step logs in to; nil where it is none, or several.
    func checkDeploys(adding variables: [String: String] = [:], registry: String? = nil) throws(ActionFailure) {
        var later = self
        later.environment.merge(variables) { $1 }
        later.commandEnvironment.merge(variables) { $1 }
        try DeployPreflight(later, try later.cloud(), registry: registry).check()
    }

    /// Looks for what the jobs after this one deploy to with the credentials that a step just configured.
    func checkLaterJobs(adding variables: [String: String]) throws(ActionFailure) {
        let calls = assignment.job.steps.compactMap(DeployPreflight.call).filter {
            $0.actionName == DeployPreflight.credentialAction
        }
        guard calls.count == 1, !LaterDeploys.hasOwnAccess(assignment.job.environment) else { return }
        var later = self
        later.environment.merge(variables) { $1 }
        later.commandEnvironment.merge(variables) { $1 }
        try LaterDeploys(later, by: calls[0].inputs).check()
    }

    /// What can be known, before an image is built, of where it and the job go.
    ///
    /// - Parameter names: under which the image is to be pushed.
    func checkBeforeBuild(pushing names: [String]) throws(ActionFailure) {
        try RepositoryCheck(self).check(names, "this step pushes to")
        // Where no step configures credentials, none has looked at the deploys yet.
        guard !DeployPreflight.isDone(by: assignment.job), hasCloud else { return }
        try checkDeploys()
    }

    /// Whether the job can ask AWS by now.
    var hasCloud: Bool {
        assignment.confinement.sharesNetwork && awsEnvironment["AWS_ACCESS_KEY_ID"]?.isEmpty == false
            && ["AWS_REGION", "AWS_DEFAULT_REGION"].contains { awsEnvironment[$0]?.isEmpty == false }
    }
}
