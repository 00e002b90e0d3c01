internal import Expressions
internal import Plan

extension StepExecution {
    /// Runs a `run` step: script file, shell, file commands.
    func run(_ script: Script, of step: PreparedStep, in scope: StepScope) throws(ExecutionError) -> StepEnd {
        let files = try makeFiles()
        var scope = scope
        for (name, path) in files.members { scope.github[name] = .string(path) }
        let evaluator = evaluator(scope, environment: step.environment)
        // An action's steps say themselves what they run in.
        let defaults = scope.isInsideAction ? StepDefaults() : site.assignment.job.defaults
        let text = try evaluator.text(script.text, in: "run")
        let shellName = try (script.shell ?? defaults.shell).map { template throws(ExecutionError) in
            try evaluator.text(template, in: "shell")
        }
        let shell = try ShellCommand(shell: shellName, isInContainer: site.isInContainer, finds: site.workplace.finds)
        let directory = try (script.workingDirectory ?? defaults.workingDirectory).map { template throws(ExecutionError) in
            try evaluator.text(template, in: "working-directory")
        }
        let path = try files.store(script: shell.prologue + text + shell.epilogue, as: "script\(shell.fileExtension)")
        describe(script: text, shell: shell, environment: step.environment)
        let command = Command(
            arguments: shell.commandLine(script: path), environment: processEnvironment(of: step, in: scope, files: files),
            workingDirectory: workingDirectory(directory))
        let place = ShellPlace(environment: command.environment, workingDirectory: command.workingDirectory)
        self.place = place
        if shell.isPOSIX { try lookAhead(text) { place } }
        return try run(step, files: files) { output throws(ExecutionError) in
            try site.workplace.run(command, deadline: limit.deadline, cancellation: cancellation, output: output)
        }
    }

    private func workingDirectory(_ directory: String?) -> String {
        let workspace = site.workplace.folders.workspace.inside
        guard let directory, !directory.isEmpty else { return workspace }
        return directory.hasPrefix("/") ? directory : "\(workspace)/\(directory)"
    }

    /// The head of the step's log, folded.
    private func describe(script: String, shell: ShellCommand, environment: [String: String]) {
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        log.write("##[group]Run \(lines.first { !$0.allSatisfy(\.isWhitespace) } ?? "")")
        for line in script.hasSuffix("\n") ? lines.dropLast() : lines[...] { log.write("\u{1b}[36;1m\(line)\u{1b}[0m") }
        log.write("shell: \(shell.display)")
        describe(environment: environment)
        log.write("##[endgroup]")
    }
}
