internal import ArgumentParser
internal import Web

/// `slipway runs`: the newest runs.
struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "List runs, the newest first.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Option(help: "Only runs of this repository.")
    var repository: String?

    @Option(help: "Only runs with this status (queued, waiting, running, completed) or conclusion (success, failure, …).")
    var status: String?

    @Option(help: "Only runs of this branch.")
    var branch: String?

    @Option(help: "How many runs are shown at most, 1 to 100.")
    var limit: Int = 20

    @Option(help: "Only runs older than this one: the id that the page before ended with.")
    var before: String?

    func validate() throws {
        guard (1...100).contains(limit) else { throw ValidationError("--limit is a number from 1 to 100") }
    }

    func run() async throws {
        let body = try await connection.client().get(
            "/api/v1/runs",
            query: [
                ("repository", repository), ("status", status), ("branch", branch), ("limit", String(limit)),
                ("before", before),
            ])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let list = try DaemonClient.decode(RunListRepresentation.self, from: body)
        guard !list.runs.isEmpty else { return Terminal.report("slipway: no run matches") }
        Terminal.write(Self.table(list.runs).text())
        if let next = list.next { Terminal.report("There are more: add --before \(next)") }
    }

    static func table(_ runs: [RunRepresentation]) -> TextTable {
        var table = TextTable(["RUN", "STATUS", "REPOSITORY", "WORKFLOW", "EVENT", "REF", "COMMIT", "CREATED", "TIME", "TITLE"])
        for run in runs {
            table.add([
                TextTable.Cell(run.id, .bold),
                StatusText.cell(status: run.status, conclusion: run.conclusion, turn: run.waitingFor),
                TextTable.Cell(run.repository), TextTable.Cell(run.workflow), TextTable.Cell(run.event),
                TextTable.Cell(run.branch ?? run.ref), TextTable.Cell(String(run.commit.prefix(7))),
                TextTable.Cell(LocalTime.text(run.createdAt)),
                TextTable.Cell(LocalTime.duration(from: run.startedAt, to: run.finishedAt)),
                TextTable.Cell(run.title.count > 60 ? run.title.prefix(59) + "…" : run.title),
            ])
        }
        return table
    }
}
