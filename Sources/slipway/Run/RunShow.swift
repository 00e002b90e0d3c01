internal import ArgumentParser
internal import Web

/// `slipway show`: one run with its jobs, steps and reasons.
struct RunShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its jobs and steps, and why it is as it is.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: RunArgument

    @Option(help: "The run as it stood at the end of this attempt. [default: the newest]")
    var attempt: Int?

    func run() async throws {
        let client = try connection.client()
        let query = [("attempt", attempt.map { String($0) })]
        let body = try await client.get("/api/v1/runs/\(argument.id)", query: query)
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let run = try DaemonClient.decode(RunRepresentation.self, from: body)
        let remarks = try DaemonClient.decode(
            List.self, from: try await client.get("/api/v1/runs/\(argument.id)/annotations", query: query))
        // Those of jobs that were taken over are those of the attempt that ran.
        let shown = Set((run.jobs ?? []).flatMap { [$0.id, $0.reusedFrom].compactMap(\.self) })
        let own = remarks.annotations.filter { annotation in annotation.job.map { shown.contains($0) } ?? true }
        Terminal.write(RunOutline(run: run, annotations: own).text)
    }

    private struct List: Decodable {
        let annotations: [AnnotationRepresentation]
    }
}
