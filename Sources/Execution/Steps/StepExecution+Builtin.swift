internal import Expressions
internal import Plan

extension StepExecution {
    /// Runs an action that is part of Slipway, or its post step.
    func run(
        _ action: any BuiltinAction, _ call: ActionCall, of step: PreparedStep, stage: Stage, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        let inputs = try prepareInputs(
            call, of: nil, known: site.actionInputs(call.actionName), step: step, stage: stage, in: scope)
        var journalFailure: ExecutionError?
        let commandEnvironment = processEnvironment(of: step, in: scope)
        place = ShellPlace(environment: commandEnvironment, workingDirectory: site.workplace.folders.workspace.inside)
        let invocation = ActionInvocation(
            inputs: inputs.byName, environment: step.environment, commandEnvironment: commandEnvironment,
            assignment: site.assignment, stepPath: step.path, workplace: site.workplace,
            state: stage == .main ? [:] : site.state(of: step.path), jobSucceeded: jobStatus == .success,
            cancellation: cancellation, deadline: limit.deadline, masked: { [log] in log.masked($0) },
            log: { [log] line in log.write(line) },
            mask: { [log] secret in log.addMask(secret) },
            tellDeployment: { [site] deployment in
                do throws(ExecutionError) { try site.journal.append(.deployment(deployment)) } catch { journalFailure = error }
            },
            tellGate: { [site] gate in
                do throws(ExecutionError) { try site.journal.append(.gate(gate)) } catch { journalFailure = error }
            },
            askForBaseline: { [site] request in
                do throws(ExecutionError) { try site.journal.append(.baselineAsked(request)) } catch { journalFailure = error }
            }, memory: site.memory)
        try site.workplace.takeOverFiles()
        let result: ActionResult
        do { result = stage == .post ? try action.finish(invocation) : try action.run(invocation) } catch {
            if let journalFailure { throw journalFailure }
            return try failed(error)
        }
        if let journalFailure { throw journalFailure }
        for change in result.storage { try site.journal.append(.storage(change)) }
        for report in result.reports { try site.journal.append(.report(report)) }
        for annotation in result.annotations { try annotate(annotation) }
        for (name, value) in result.environment { variables.set(name, to: value) }
        // Written one after the other, the first one last, so that it is looked in first.
        variables.prepend(result.pathEntries.reversed())
        site.save(result.state, of: step.path)
        if !result.summary.isEmpty { try addSummary(result.summary) }
        if let failure = result.failure {
            var end = try failed(failure)
            end.outputs = result.outputs
            if end.outcome == .failure { end.review = result.review }
            return end
        }
        return stopped() ?? StepEnd(outcome: .success, outputs: result.outputs)
    }
}
