internal import ArgumentParser
internal import Web

/// `slipway rerun`: a new attempt at a run or at some of its jobs.
struct RunRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun", abstract: "Run a completed run again, as a new attempt at the same commit.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: RunArgument

    @Flag(help: "Only the jobs that failed, and those that did not run because of them.")
    var failed = false

    @Option(
        name: .customLong("job"),
        help: ArgumentHelp(
            "Only this job, by its key, name or id, and the jobs that need it; again for each further one.", valueName: "job"))
    var jobs: [String] = []

    @Option(help: "Of a pipeline: only this stage, and the stages after it; with --failed the actions in it that failed.")
    var stage: String?

    @Option(help: "Why, for the record.")
    var reason: String?

    @Flag(help: "Wait until the run is completed; exit status 0 only if it succeeded.")
    var wait = false

    private enum Selection: Encodable {
        case word(String)
        case ids([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .word(let word): try container.encode(word)
            case .ids(let ids): try container.encode(ids)
            }
        }
    }

    private struct Wish: Encodable {
        var jobs: Selection?
        var stage: String?
        var retryMode: String?
        let reason: String?

        private enum CodingKeys: String, CodingKey {
            case jobs, stage, reason
            case retryMode = "retry_mode"
        }
    }

    func validate() throws {
        guard !failed || jobs.isEmpty else { throw ValidationError("give either --failed or --job") }
        guard stage == nil || jobs.isEmpty else { throw ValidationError("give either --stage or --job") }
    }

    func run() async throws {
        let client = try connection.client()
        if let stage {
            let mode = failed ? "FAILED_ACTIONS" : "ALL_ACTIONS"
            return try await send(Wish(stage: stage, retryMode: mode, reason: reason), client)
        }
        var selection = Selection.word(failed ? "failed" : "all")
        if !jobs.isEmpty {
            let run = try await client.run(argument.id)
            selection = .ids(try jobs.map { name throws(CommandFailure) in RunArgument.isID(name) ? name : try run.job(name).id })
        }
        try await send(Wish(jobs: selection, reason: reason), client)
    }

    private func send(_ wish: Wish, _ client: DaemonClient) async throws {
        let body = try await client.send("POST", "/api/v1/runs/\(argument.id)/rerun", body: wish)
        try await StartedRun(body: body, client: client).report(isWaiting: wait, format: output.format)
    }
}
