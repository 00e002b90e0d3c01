internal import Expressions
internal import LogText
internal import Plan

extension StepExecution {
    /// Variables that would change how later steps are started, so that no step may set them for others.
    private static let refusedVariables: Set<String> = ["NODE_OPTIONS", "LD_PRELOAD", "LD_AUDIT"]

    /// Runs a process, or a container, and takes over what it says: its commands, and what it writes to its files. That counts even
    /// where it fails.
    func run(
        _ step: PreparedStep, files: FileCommands,
        start: ((UnsafeRawBufferPointer) -> Void) throws(ExecutionError) -> CommandOutcome
    ) throws(ExecutionError) -> StepEnd {
        let interpreter = LogCommandInterpreter(
            showsDebug: site.showsDebug, limit: site.assignment.limits.output, counts: annotationCounts, matchers: site.matchers,
            folders: site.workplace.folders)
        log.interpreter = interpreter
        defer { log.interpreter = nil }
        let outcome = try start { [log] bytes in log.append(bytes) }
        log.endOutput()
        var end = describe(outcome)
        for annotation in interpreter.annotations { try append(annotation) }
        annotationCounts = interpreter.counts
        end.outputs = interpreter.outputs
        site.save(interpreter.state, of: step.path)
        do throws(ExecutionError) {
            if let failure = interpreter.failure { throw ExecutionError(failure) }
            try obey(files, of: step, end: &end)
        } catch {
            report(error.message)
            if end.outcome == .success {
                end.outcome = .failure
                end.exitCode = nil
                end.reason = error.message
            }
        }
        if end.outcome == .failure, let reason = end.reason { try annotate(Annotation(level: .error, message: reason)) }
        return end
    }

    private func describe(_ outcome: CommandOutcome) -> StepEnd {
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
            return timedOut()
        case .cancelled:
            report("The operation was cancelled: \(cancellation.reason)")
            return StepEnd(outcome: .cancelled, reason: cancellation.reason)
        }
    }

    private func obey(_ files: FileCommands, of step: PreparedStep, end: inout StepEnd) throws(ExecutionError) {
        for pair in try files.pairs(of: "output") { end.outputs[pair.name] = .string(pair.value) }
        site.save(
            Dictionary(try files.pairs(of: "state").map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }), of: step.path)
        for pair in try files.pairs(of: "env") {
            guard !Self.refusedVariables.contains(pair.name.uppercased()) else {
                throw ExecutionError(
                    "\(pair.name) can't be set through GITHUB_ENV: it would change how later steps are started")
            }
            variables.set(pair.name, to: pair.value)
        }
        variables.prepend(try files.pathEntries())
        try takeSummary(files)
    }

    /// A summary that is too long is left out with an error among the annotations; the step's outcome stands, as on GitHub.
    private func takeSummary(_ files: FileCommands) throws(ExecutionError) {
        let summary: String
        do { summary = try files.summary() } catch {
            report("the step's summary is left out: \(error.message)")
            return try annotate(Annotation(level: .error, message: "the step's summary is left out: \(error.message)"))
        }
        guard !summary.isEmpty else { return }
        try addSummary(summary)
    }

    func addSummary(_ summary: String) throws(ExecutionError) {
        try log.appendSummary(summary, to: site.assignment.folder.summary)
        try site.journal.append(.summary(step: number))
    }

    /// The environment of a step's process.
    ///
    /// - Parameter additions: what only this kind of step gets: an action's inputs and state, say.
    func processEnvironment(
        of step: PreparedStep, in scope: StepScope, files: FileCommands, adding additions: [String: String] = [:]
    ) -> [String: String] {
        var environment = processEnvironment(of: step, in: scope, adding: additions)
        environment.merge(files.variables) { $1 }
        return environment
    }

    /// The same without the files for its commands.
    func processEnvironment(
        of step: PreparedStep, in scope: StepScope, adding additions: [String: String] = [:]
    ) -> [String: String] {
        var environment = site.workplace.environment
        environment.merge(stepEnvironment(of: step, in: scope, adding: additions)) { $1 }
        if !variables.pathEntries.isEmpty {
            environment["PATH"] = (variables.pathEntries + [environment["PATH"] ?? ""]).joined(separator: ":")
        }
        return environment
    }

    /// The same without what belongs to the place where it runs.
    func stepEnvironment(
        of step: PreparedStep, in scope: StepScope, adding additions: [String: String]
    ) -> [String: String] {
        var environment = site.assignment.environment
        environment.merge(step.environment) { $1 }
        environment.merge(additions) { $1 }
        var github = site.contexts.github
        github.merge(scope.github)
        environment.merge(DefaultVariables.variables(github: github, runner: site.contexts.runner)) { $1 }
        // `CI` is a default that a workflow may change.
        if let ci = step.environment["CI"] { environment["CI"] = ci }
        return environment
    }
}
