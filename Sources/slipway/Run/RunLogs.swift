internal import ArgumentParser
internal import Web

/// `slipway logs`: the log of a job, or of a run's jobs one after another.
struct RunLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the log of a run or of one job.",
        discussion: """
            Examples: "slipway logs 12" prints the jobs of run 12, "slipway logs 12/build" its job build, and \
            "slipway logs --job 34" the job with that id.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: [.short, .long], help: "Print what comes until the log ends; a broken connection is taken up again.")
    var follow = false

    @Option(help: "Only this step, by its number; with -f from this step on.")
    var step: Int?

    @Option(help: "The job's id, in place of a run.")
    var job: String?

    @Argument(help: ArgumentHelp("A run's id, or RUN/JOB with the job's key, name or id.", valueName: "run"))
    var target: String?

    func validate() throws {
        guard (target == nil) != (job == nil) else { throw ValidationError("name a run (12), a job of it (12/build) or --job") }
        let id = job ?? target.map { String($0.prefix { $0 != "/" }) } ?? ""
        guard RunArgument.isID(id) else { throw ValidationError("an id is a number such as 12, not \"\(id)\"") }
    }

    func run() async throws {
        let client = try connection.client()
        if let job = try await chosenJob(client) {
            try await print(job, client: client)
        } else if let target {
            guard step == nil else {
                throw CommandFailure(.usage, "--step needs one job: name it as in \"slipway logs \(target)/JOB --step 1\"")
            }
            try await RunLogPrinter(client: client, run: target, isFollowing: follow).run()
        }
    }

    /// Nil where all jobs of a run are meant.
    private func chosenJob(_ client: DaemonClient) async throws(CommandFailure) -> JobRepresentation? {
        if let job { return try DaemonClient.decode(JobRepresentation.self, from: try await client.get("/api/v1/jobs/\(job)")) }
        guard let target, let slash = target.firstIndex(of: "/") else { return nil }
        return try await client.run(String(target[..<slash])).job(String(target[target.index(after: slash)...]))
    }

    private func print(_ job: JobRepresentation, client: DaemonClient) async throws {
        guard let step else {
            if follow { return try await LogFollower(client: client, job: job.id).run() }
            return try await LogDownload(client: client, job: job.id).run()
        }
        guard let found = job.steps.first(where: { $0.number == step }) else {
            let numbers = job.steps.map { String($0.number) }.joined(separator: ", ")
            throw CommandFailure(.rejected, "job \(job.id) has no step \(step); it has \(numbers.isEmpty ? "none yet" : numbers)")
        }
        guard let range = found.log else {
            throw CommandFailure(.rejected, "step \(step) (\(found.name.printable)) of job \(job.id) has no log: it has not run")
        }
        if follow {
            try await LogFollower(client: client, job: job.id).run(from: range.from)
        } else {
            try await LogDownload(client: client, job: job.id).run(from: range.from, to: range.to)
        }
    }
}
