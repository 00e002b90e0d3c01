internal import ArgumentParser
internal import Web

/// `slipway rerun`: a new attempt at a run or at some of its jobs.
struct RunRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun", abstract: "Run a run, or jobs of it, again at the same commit.",
        discussion: """
            A completed run has a new attempt; what is not chosen is taken over. Of a run that is not completed, jobs that have ended \
            run again in the same attempt. With --input a run that was started by hand is started again as a new run.
            """)

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

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("From this job on: it, and all that needs it; the same as --job.", valueName: "job"))
    var from: [String] = []

    @Flag(help: "With --job: what needs the jobs keeps its results.")
    var alone = false

    @Option(name: .customLong("input"), help: ArgumentHelp("Another value of an input; again for each.", valueName: "name=value"))
    var inputs: [String] = []

    @Flag(help: "Show what steps say for debugging, and tell them to (RUNNER_DEBUG).")
    var debug = false

    @Flag(help: "A job whose step fails stands still, so that \"slipway shell\" can be used in it.")
    var pauseOnFailure = false

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
        var inputs: [String: String]?
        var dependents: Bool?
        let debug: Bool
        let pauseOnFailure: Bool
        let reason: String?

        private enum CodingKeys: String, CodingKey {
            case jobs, stage, reason, inputs, debug, dependents
            case retryMode = "retry_mode"
            case pauseOnFailure = "pause_on_failure"
        }
    }

    func validate() throws {
        let chosen = jobs + from
        guard !failed || chosen.isEmpty else { throw ValidationError("give either --failed or --job") }
        guard stage == nil || chosen.isEmpty else { throw ValidationError("give either --stage or --job") }
        guard !alone || (!jobs.isEmpty && from.isEmpty) else { throw ValidationError("--alone goes with --job") }
        guard inputs.isEmpty || (chosen.isEmpty && stage == nil && !failed) else {
            throw ValidationError("other inputs are for all of a run: leave --job, --stage and --failed out")
        }
        guard inputs.allSatisfy({ ($0.firstIndex(of: "=") ?? $0.startIndex) > $0.startIndex }) else {
            throw ValidationError("an input is given as NAME=VALUE")
        }
    }

    func run() async throws {
        let client = try connection.client()
        if let stage {
            let mode = failed ? "FAILED_ACTIONS" : "ALL_ACTIONS"
            return try await send(
                Wish(stage: stage, retryMode: mode, debug: debug, pauseOnFailure: pauseOnFailure, reason: reason), client)
        }
        if !inputs.isEmpty {
            let pairs = inputs.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) }
            let values = Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
            return try await send(Wish(inputs: values, debug: debug, pauseOnFailure: pauseOnFailure, reason: reason), client)
        }
        let jobs = self.jobs + from
        var selection = Selection.word(failed ? "failed" : "all")
        if !jobs.isEmpty {
            let run = try await client.run(argument.id)
            selection = .ids(try jobs.map { name throws(CommandFailure) in RunArgument.isID(name) ? name : try run.job(name).id })
        }
        let wish = Wish(
            jobs: selection, dependents: alone ? false : nil, debug: debug, pauseOnFailure: pauseOnFailure, reason: reason)
        try await send(wish, client)
    }

    private func send(_ wish: Wish, _ client: DaemonClient) async throws {
        let body = try await client.send("POST", "/api/v1/runs/\(argument.id)/rerun", body: wish)
        try await StartedRun(body: body, client: client).report(isWaiting: wait, format: output.format)
    }
}
