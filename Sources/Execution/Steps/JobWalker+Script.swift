internal import Expressions
internal import LogText
internal import Plan

extension JobWalker {
    /// Runs a `run` step: script file, shell, file commands.
    func run(_ script: Script, of step: PreparedStep) throws(ExecutionError) -> StepEnd {
        let defaults = assignment.job.defaults
        let text = try text(script.text, in: "run", environment: step.environment)
        let shellName = try (script.shell ?? defaults.shell).map { template throws(ExecutionError) in
            try self.text(template, in: "shell", environment: step.environment)
        }
        let shell = try ShellCommand(shell: shellName, finds: workplace.finds)
        let directory = try (script.workingDirectory ?? defaults.workingDirectory).map { template throws(ExecutionError) in
            try self.text(template, in: "working-directory", environment: step.environment)
        }
        let files = try FileCommandFolder(step: step.number, in: workplace.folders.temporary, limits: assignment.limits)
        let scriptPath = try files.store(
            script: shell.prologue + text + shell.epilogue, as: "script\(shell.fileExtension)")
        describe(script: text, shell: shell, environment: step.environment)
        let command = Command(
            arguments: shell.commandLine(script: scriptPath),
            environment: processEnvironment(of: step, files: files),
            workingDirectory: workingDirectory(directory))
        return try execute(command, of: step, files: files)
    }

    private func execute(
        _ command: Command, of step: PreparedStep, files: FileCommandFolder
    ) throws(ExecutionError) -> StepEnd {
        let interpreter = LogCommandInterpreter(showsDebug: showsDebug)
        let deadline = Deadline.earlier(step.deadline, jobDeadline)
        cancellation.acknowledge(seenLevel)
        log.interpreter = interpreter
        log.beginStep()
        defer { log.interpreter = nil }
        let outcome = try workplace.run(command, deadline: deadline, cancellation: cancellation) { [log] bytes in
            log.append(bytes)
        }
        log.endOutput()
        var end = describe(outcome, of: step)
        for var annotation in interpreter.takeAnnotations() {
            annotation.step = step.number
            try annotate(annotation)
        }
        end.outputs = interpreter.outputs
        do { try obey(files, of: step, end: &end) } catch {
            report(error.message)
            if end.outcome == .success { end = .failed(error.message) }
        }
        if end.outcome == .failure, let reason = end.reason {
            try annotate(Annotation(level: .error, message: reason, step: step.number))
        }
        return end
    }

    private func describe(_ outcome: CommandOutcome, of step: PreparedStep) -> StepEnd {
        switch outcome {
        case .exited(0):
            return StepEnd(outcome: .success, exitCode: 0)
        case .exited(let code):
            report("Process completed with exit code \(code).")
            return StepEnd(outcome: .failure, exitCode: code, reason: "exit code \(code)")
        case .signaled(let signal, let name):
            report("Process was ended by \(name).")
            // What a shell would show for it.
            return StepEnd(outcome: .failure, exitCode: 128 + signal, reason: "ended by \(name)")
        case .timedOut:
            if let minutes = step.timeoutMinutes, step.deadline?.hasPassed == true {
                let shown = ExpressionValue.number(minutes).displayString
                report("The step took longer than its limit of \(shown) minutes and was stopped.")
                return StepEnd(outcome: .failure, reason: "took longer than \(shown) minutes")
            }
            noteCancellation()
            return StepEnd(outcome: .cancelled, reason: "the job took longer than its limit")
        case .cancelled:
            report("The operation was cancelled: \(cancellation.reason)")
            return StepEnd(outcome: .cancelled, reason: cancellation.reason)
        }
    }

    /// Takes over what the step wrote to its files. It counts even where the step failed.
    private func obey(_ files: FileCommandFolder, of step: PreparedStep, end: inout StepEnd) throws(ExecutionError) {
        for pair in try files.pairs(of: "output") { end.outputs[pair.name] = .string(pair.value) }
        for pair in try files.pairs(of: "env") {
            guard !Self.refusedVariables.contains(pair.name.uppercased()) else {
                throw ExecutionError(
                    "\(pair.name) can't be set through GITHUB_ENV: it would change how later steps are started")
            }
            environment[pair.name] = pair.value
        }
        pathEntries = try files.pathEntries().reversed() + pathEntries
        let summary = try files.summary()
        if !summary.isEmpty {
            try log.appendSummary(summary, to: assignment.folder.summary)
            try journal.append(.summary(step: step.number))
        }
    }

    private static let refusedVariables: Set<String> = ["NODE_OPTIONS", "LD_PRELOAD", "LD_AUDIT"]

    private func workingDirectory(_ directory: String?) -> String {
        let workspace = workplace.folders.workspace.inside
        guard let directory, !directory.isEmpty else { return workspace }
        return directory.hasPrefix("/") ? directory : "\(workspace)/\(directory)"
    }

    /// The whole environment of a step's process.
    func processEnvironment(of step: PreparedStep, files: FileCommandFolder) -> [String: String] {
        var variables = workplace.environment
        variables.merge(assignment.environment) { $1 }
        variables.merge(step.environment) { $1 }
        variables.merge(DefaultVariables.variables(github: contexts.github, runner: contexts.runner)) { $1 }
        variables.merge(files.variables) { $1 }
        // `CI` is a default that a workflow may change.
        if let ci = step.environment["CI"] { variables["CI"] = ci }
        if !pathEntries.isEmpty {
            variables["PATH"] = (pathEntries + [variables["PATH"] ?? ""]).joined(separator: ":")
        }
        return variables
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

    func describe(environment: [String: String]) {
        guard !environment.isEmpty else { return }
        log.write("env:")
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) { log.write("  \(name): \(value)") }
    }
}
