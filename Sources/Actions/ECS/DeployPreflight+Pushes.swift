internal import Execution
internal import Expressions
internal import Plan

/// What later steps push to.
extension DeployPreflight {
    /// Says of a repository of ECR that it is missing, where an action or a script of a later step pushes to it.
    ///
    /// - Throws: where the push is sure to fail for it; what a script only may do is remarked.
    func checkPush(of step: StepPlan) throws(ActionFailure) {
        switch step.work {
        case .action(let call) where call.actionName == "docker/build-push-action":
            guard text("push", of: call) == "true", let tags = text("tags", of: call) else { return }
            try checkRepositories(InputList.values(tags, commaSeparates: true))
        case .script(let script):
            let variables = variables(of: step)
            guard let text = value(of: script.text, adding: variables), isShell(script) else { return }
            let pushed = PushedNames(in: text, variables: environment.merging(variables) { $1 })
            do throws(ActionFailure) { try checkRepositories(pushed.names) } catch {
                guard !pushed.isPlain || Self.mayMake(step) else { throw error }
                remark(error)
            }
        case .commands(let block): try checkPush(of: block, in: step)
        default: return
        }
    }

    /// Likewise for a phase of a build.
    private func checkPush(of block: CommandBlock, in step: StepPlan) throws(ActionFailure) {
        var earlier: [CommandBlock] = []
        for before in steps.prefix(while: { $0.id != step.id || $0.position != step.position }) {
            if case .commands(let block) = before.work { earlier.append(block) }
        }
        let pushes = CommandPushes(of: block, after: earlier, variables: buildVariables)
        do throws(ActionFailure) { try checkRepositories(pushes.sure) } catch {
            guard Self.mayMake(step) else { throw error }
            remark(error)
        }
        do throws(ActionFailure) { try checkRepositories(pushes.possible) } catch { remark(error) }
    }

    /// The job's own, as far as they are known.
    private var environment: [String: String] { invocation.environment.filter { !unknownVariables.contains($0.key) } }

    /// What commands of the build find, but for what a step before them is still to look up.
    private var buildVariables: [String: String] {
        var variables = invocation.awsEnvironment.filter { ["AWS_REGION", "AWS_DEFAULT_REGION"].contains($0.key) }
        variables.merge(environment) { $1 }
        let lookups = steps.compactMap(Self.call).filter { $0.actionName == "slipway/codebuild-environment" }
            .flatMap(\.inputs).filter { ["parameter-store", "secrets-manager"].contains($0.name) }
        return variables.filter { variable in !lookups.contains { $0.value.source.contains("\"\(variable.key)\"") } }
    }

    private func checkRepositories(_ names: [String]) throws(ActionFailure) {
        guard let made = madeRepositories else { return }
        let names = names.filter { name in !made.contains { name.contains("/\($0):") || name.hasSuffix("/\($0)") } }
        try RepositoryCheck(invocation).check(names, "\(place) pushes to")
    }

    /// Those that a login of this job makes; nil where that is not known.
    private var madeRepositories: [String]? {
        var names: [String] = []
        for call in steps.compactMap(Self.call) where call.actionName == Self.loginAction {
            guard call.inputs.contains(where: { $0.name.lowercased() == "create-repositories" }) else { continue }
            guard let text = text("create-repositories", of: call) else { return nil }
            names += text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        return names
    }

    private func isShell(_ script: Script) -> Bool {
        guard let shell = script.shell?.source else { return true }
        return ["bash", "sh"].contains { shell == $0 || shell.hasPrefix("\($0) ") }
    }

    /// The step's own, as far as they are known.
    private func variables(of step: StepPlan) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in step.environment where !variable.name.isEmpty {
            // An empty one is not known to whoever looks for a name.
            variables[variable.name] = value(of: variable.value) ?? ""
        }
        return variables
    }
}
