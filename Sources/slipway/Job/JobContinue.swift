internal import ArgumentParser
internal import Web

/// `slipway continue`: lets a paused job go on.
struct JobContinue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "continue", abstract: "Let a job go on that stands still after a failure.",
        discussion: "It goes on to its end as a failed one: its steps with \"if: always()\" run. Shells in it are ended.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: PausedJobArgument

    func run() async throws {
        let client = try connection.client()
        let job = try await argument.find(client)
        let body = try await client.send("POST", "/api/v1/jobs/\(job.id)/continue")
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        Terminal.write(line: "job \(job.id): goes on")
    }
}
