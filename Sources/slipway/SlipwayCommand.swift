internal import ArgumentParser
internal import Plan
internal import YAML

/// `slipway`: every command is in this list.
struct SlipwayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Runs the pipelines of the Git repositories that it watches.",
        discussion: "Exit status: 0 done or yes, 1 failed or no, 2 wrong usage, 3 no daemon answers.",
        version: SlipwayVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Pipelines",
                subcommands: [RunHere.self, PipelineCheck.self, PipelinePlan.self, ExpressionEval.self, DebugCommand.self]),
            CommandGroup(name: "Daemon", subcommands: [DaemonServe.self]),
            CommandGroup(
                name: "Runs",
                subcommands: [
                    RunTrigger.self, RunList.self, RunSearch.self, RunShow.self, RunLogs.self, RunRerun.self, RunCancel.self,
                    RunRollback.self, JobShell.self, JobContinue.self,
                    EnvironmentList.self,
                    RunApprove.self, RunReject.self, ApprovalList.self, RunOverride.self, RunMetrics.self,
                    RunCompare.self,
                    ArtifactCommand.self,
                ]),
            CommandGroup(
                name: "Administration",
                subcommands: [
                    RepositoryPoll.self, CacheCommand.self, SecretCommand.self, UserCommand.self, TokenCommand.self,
                    ActionCommand.self,
                    WebhookCommand.self,
                    HostReload.self,
                    HostDoctor.self, ShellCompletion.self,
                ]),
        ])

    /// Parses the arguments, runs the command that they name, and says how it ended. Errors go to standard error.
    static func execute(_ arguments: [String]) async -> ExitStatus {
        do {
            try checkNames(arguments)
            var command = try await asyncParseAsRoot(separatingEmptyValues(arguments))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .success
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Terminal.report("slipway: \(failure.message)") }
            return failure.status
        } catch {
            return report(error)
        }
    }

    /// The parser calls a command that it does not know an argument too many.
    static func checkNames(_ arguments: [String]) throws(CommandFailure) {
        var command: any ParsableCommand.Type = SlipwayCommand.self
        var place = "slipway"
        for argument in arguments.first == "help" ? arguments.dropFirst() : arguments[...] {
            let configuration = command.configuration
            var commands = configuration.subcommands
            for group in configuration.groupedSubcommands { commands += group.subcommands }
            let names = commands.map { $0._commandName }
            guard !commands.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return }
            guard let next = commands.first(where: { $0._commandName == argument }) else {
                let advice = names.closestMatch(to: argument).map { "did you mean \"\($0)\"?" }
                throw CommandFailure(
                    .usage,
                    "no command \"\(argument.printable)\"; \(advice ?? "\"\(place) --help\" lists what there is")")
            }
            command = next
            place += " \(argument)"
        }
    }

    /// The parser takes `--option=` for an option whose value is missing; as two arguments the value is there, and empty.
    static func separatingEmptyValues(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        let separated = options.flatMap { argument in
            argument.hasPrefix("--") && argument.firstIndex(of: "=") == argument.index(before: argument.endIndex)
                ? [String(argument.dropLast()), ""] : [argument]
        }
        return separated + arguments.dropFirst(options.count)
    }

    /// Prints what the argument parser has to say: help and the version are no errors.
    private static func report(_ error: any Error) -> ExitStatus {
        let message = fullMessage(for: error)
        let code = exitCode(for: error)
        guard code != .success else {
            Terminal.write(line: message)
            return .success
        }
        if !message.isEmpty { Terminal.report(message) }
        return code == .validationFailure ? .usage : .rejected
    }
}
