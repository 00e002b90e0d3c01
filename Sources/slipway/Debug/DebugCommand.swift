internal import ArgumentParser

/// `slipway debug`: the parts of a pipeline by themselves. Each answers with JSON, one document on standard output.
struct DebugCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Ask one part of Slipway what it does with an input.",
        subcommands: [
            DebugFilter.self, DebugCron.self, DebugDockerignore.self, DebugMask.self, DebugFileCommand.self, DebugLogCommand.self,
            DebugANSI.self, DebugSign.self,
        ])
}
