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
        let body = try await connection.client().get(
            "/api/v1/runs/\(argument.id)", query: [("attempt", attempt.map { String($0) })])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        Terminal.write(RunOutline(run: try DaemonClient.decode(RunRepresentation.self, from: body)).text)
    }
}
