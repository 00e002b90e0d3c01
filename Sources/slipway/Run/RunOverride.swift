internal import ArgumentParser
internal import Web

/// `slipway override`: lets a job pass that its gate failed.
struct RunOverride: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Let a job pass that its gate failed: what needs it runs.",
        discussion: """
            The reason is kept with the run and in the audit trail. Where the run is over it has a new attempt, in which the job \
            counts as passed; while other jobs of it still run, it counts so at once.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var run: RunArgument

    @Option(help: "The job, by its key, name or id. [default: the only one whose gate failed]")
    var job: String?

    @Option(help: "Why it may pass, for the record.")
    var reason: String

    private struct Wish: Encodable {
        let job: String?
        let reason: String
    }

    func run() async throws {
        let client = try connection.client()
        var id = job
        if let job, !RunArgument.isID(job) { id = try await client.run(run.id).job(job).id }
        let body = try await client.send(
            "POST", "/api/v1/runs/\(run.id)/override", body: Wish(job: id, reason: reason))
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let begun = try DaemonClient.decode(RunRepresentation.self, from: body)
        Terminal.write(line: "run \(begun.id): the gate is overridden in attempt \(begun.attempt)")
    }
}
