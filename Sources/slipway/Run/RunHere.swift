internal import ArgumentParser
internal import Daemon
internal import Diagnostics
internal import Foundation
internal import Plan

/// `slipway run`: a pipeline here and now, its log on the terminal.
struct RunHere: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a pipeline file here and now, without a daemon.",
        discussion: """
            Jobs run one after the other in the sandbox; actions/checkout takes the files as they are in the working tree. Exit \
            status 0 if the run succeeded, 1 if not.
            """)

    @OptionGroup var pipeline: PipelineKindOption

    @Argument(help: "The pipeline file.", completion: .file(extensions: ["yml", "yaml"]))
    var file: String
    @Option(help: "The event to imagine. Default: push, or the file's first event.")
    var event: String?
    @Option(help: "The branch, tag or full ref to imagine. Default: the current branch.")
    var ref: String?
    @Option(help: "A file with the event's payload in JSON.", completion: .file(extensions: ["json"]))
    var payload: String?
    @Option(help: ArgumentHelp("An input of workflow_dispatch; for a buildspec a variable.", valueName: "name=value"))
    var input: [String] = []
    @Option(help: ArgumentHelp("A secret; without a value it is taken from the environment.", valueName: "name=value"))
    var secret: [String] = []
    @Option(help: "Only this job; what it needs is taken for granted.")
    var job: String?
    @Option(help: "For a buildspec: the image of the container that it runs in. Default: none, this machine.")
    var image: String?
    @Flag(help: "Without a sandbox, as this user.")
    var host = false

    @Option(
        help: ArgumentHelp(
            "The server with the actions of other repositories; a path, too. Default: https://github.com.", valueName: "url"))
    var actionsServer: String?
    @Flag(help: "Take tags of actions as they are now, instead of as they were at their first use.")
    var updateActions = false

    @Flag(help: "Approve every job that has to be approved, instead of asking at the terminal.")
    var approve = false

    func run() async throws {
        let file = try PipelineFile(path: file)
        try event.map(EventName.check)
        let absolute = PipelineFile.absolute(file.path)
        let kind = pipeline.kind(of: file)
        guard kind != .action else {
            throw CommandFailure(.usage, "\(file.path) is an action's metadata: name a workflow or a buildspec")
        }
        let root = PipelineFile.repositoryRoot(of: absolute) ?? PipelineFile.folder(of: absolute)
        let path = absolute.hasPrefix(root + "/") ? String(absolute.dropFirst(root.count + 1)) : file.path
        let request = LocalRun.Request(
            text: file.text, path: path, root: root, event: event, ref: ref,
            payload: try payload.map { path throws(CommandFailure) in try InputFile.text(path) },
            inputs: try Self.pairs(input, option: "--input", environment: nil),
            secrets: try Self.pairs(secret, option: "--secret", environment: ProcessInfo.processInfo.environment),
            job: job, usesHost: host, actionsServer: actionsServer, updatesActions: updateActions,
            isBuildspec: kind == .buildspec, isPipeline: kind == .pipeline, image: image, approve: Self.approval(isGiven: approve)
        )
        do {
            guard try await LocalRun(request, output: { Terminal.write($0) }).run() else { throw CommandFailure.answeredNo }
        } catch let refusal as LocalRun.Refusal {
            let renderer = DiagnosticRenderer(sources: [path: file.text])
            throw CommandFailure(.rejected, "nothing was executed\n" + renderer.render(refusal.diagnostics))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.rejected, "\(error)")
        }
    }

    /// Asks whoever is at the terminal.
    private static func approval(isGiven: Bool) -> @Sendable (JobApproval, String) -> Bool? {
        { request, job in
            if isGiven { return true }
            guard SecretPrompt.isNeeded else { return nil }
            Terminal.report("\(request.message.map { "\($0.printable)\n" } ?? "")Approve \(job.printable)? [y/N]")
            return ["y", "yes"].contains((readLine() ?? "").lowercased())
        }
    }

    private static func pairs(
        _ arguments: [String], option: String, environment: [String: String]?
    ) throws(CommandFailure) -> [String: String] {
        var pairs: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2 {
                pairs[parts[0]] = parts[1]
            } else if let value = environment?[argument] {
                pairs[argument] = value
            } else {
                throw CommandFailure(.usage, "\(option) \(argument): expected name=value")
            }
        }
        return pairs
    }
}
