internal import ArgumentParser
internal import Web

/// `slipway approve`: lets a job start that waits for it.
struct RunApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a job that waits for it, so that it starts.",
        discussion: "\"slipway approvals\" lists what waits.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var answer: ApprovalArguments

    func run() async throws { try await answer.send("approve", client: connection.client(), format: output.format) }
}

/// `slipway reject`: fails a job that waits for an approval.
struct RunReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Reject a job that waits for an approval: it fails.",
        discussion: "\"slipway approvals\" lists what waits.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var answer: ApprovalArguments

    func run() async throws { try await answer.send("reject", client: connection.client(), format: output.format) }
}

/// Which job is meant, and why.
struct ApprovalArguments: ParsableArguments {
    @OptionGroup var run: RunArgument

    @Argument(help: "The job, by its key, name or id. [default: the only one that waits]")
    var job: String?

    @Option(help: "Why, for the record; those who look at the job see it.")
    var comment: String?

    private struct Wish: Encodable {
        let job: String?
        let comment: String?
    }

    func send(_ verb: String, client: DaemonClient, format: OutputFormat) async throws {
        var id = job
        if let job, !RunArgument.isID(job) { id = try await client.run(run.id).job(job).id }
        let body = try await client.send(
            "POST", "/api/v1/runs/\(run.id)/\(verb)", body: Wish(job: id, comment: comment))
        guard format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let answered = try DaemonClient.decode(RunRepresentation.self, from: body)
        let status = StatusText.text(status: answered.status, conclusion: answered.conclusion)
        Terminal.write(line: "run \(answered.id): \(verb == "approve" ? "approved" : "rejected"), now \(status)")
    }
}

/// `slipway approvals`: what waits for somebody.
struct ApprovalList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals", abstract: "List the jobs that wait for an approval.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Option(help: "With --format json: the \"next\" of the list before. [default: from the first]")
    var after: String?

    func run() async throws {
        let client = try connection.client()
        var body = try await client.get("/api/v1/approvals", query: [("after", after)])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        var list = try DaemonClient.decode(PendingApprovalList.self, from: body)
        var pending = list.approvals
        while let next = list.next {
            body = try await client.get("/api/v1/approvals", query: [("after", next)])
            list = try DaemonClient.decode(PendingApprovalList.self, from: body)
            pending += list.approvals
        }
        guard !pending.isEmpty else { return Terminal.write(line: "nothing waits for an approval") }
        var table = TextTable(["RUN", "JOB", "REPOSITORY", "NAME", "UNTIL", "ABOUT"])
        for entry in pending {
            table.add([
                TextTable.Cell(entry.runId, .bold), TextTable.Cell(entry.jobId), TextTable.Cell(entry.repository),
                TextTable.Cell(entry.job), TextTable.Cell(entry.approval.until.map(LocalTime.text) ?? ""),
                TextTable.Cell(entry.approval.message ?? entry.title),
            ])
        }
        Terminal.write(table.text())
    }
}
