internal import ArgumentParser
internal import Web

/// `slipway cancel`: stops a run.
struct RunCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a run.",
        discussion: "Its steps with \"if: always()\" still run; a second cancel stops those too.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: RunArgument

    @Flag(help: "Let the jobs that run go on to their end, and start no other.")
    var finishRunning = false

    private struct Wish: Encodable {
        let letRunningFinish: Bool

        private enum CodingKeys: String, CodingKey { case letRunningFinish = "let_running_finish" }
    }

    func run() async throws {
        let body = try await connection.client().send(
            "POST", "/api/v1/runs/\(argument.id)/cancel", body: Wish(letRunningFinish: finishRunning))
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let run = try DaemonClient.decode(RunRepresentation.self, from: body)
        let status = StatusText.text(status: run.status, conclusion: run.conclusion)
        Terminal.write(line: "run \(run.id): asked to cancel, now \(status)")
    }
}
