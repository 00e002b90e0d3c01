internal import Plan

extension StepExecution {
    /// Runs a JavaScript action.
    func run(
        _ node: NodeAction, of found: FoundAction, _ call: ActionCall, step: PreparedStep, stage: Stage, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        let inputs = try prepareInputs(call, of: found, step: step, stage: stage, in: scope)
        let file =
            switch stage {
            case .pre: node.pre
            case .main: node.main
            case .post: node.post
            }
        guard let file else { return StepEnd(outcome: .success) }
        let files = try makeFiles()
        let environment = processEnvironment(
            of: step, in: scope, files: files, adding: try actionEnvironment(inputs, of: step, as: .command))
        let runtime = try site.nodes.find(
            version: node.version, path: environment["PATH"] ?? "", isInContainer: site.isInContainer, cancellation: cancellation)
        if let warning = runtime.warning { try warn(warning) }
        let command = Command(
            arguments: [runtime.program, "\(found.folder.inside)/\(file)"], environment: environment,
            workingDirectory: site.workplace.folders.workspace.inside)
        place = ShellPlace(environment: command.environment, workingDirectory: command.workingDirectory)
        return try run(step, files: files) { output throws(ExecutionError) in
            try site.workplace.run(command, deadline: limit.deadline, cancellation: cancellation, output: output)
        }
    }
}
