internal import Web

/// A run that a command has just started.
struct StartedRun: Sendable {
    let body: [UInt8]
    let client: DaemonClient

    /// Says which run it is, and with `isWaiting` how it ends.
    func report(isWaiting: Bool, format: OutputFormat) async throws {
        let run = try DaemonClient.decode(RunRepresentation.self, from: body)
        guard isWaiting else {
            return format == .json
                ? Terminal.write(bytes: body + [UInt8(ascii: "\n")])
                : Terminal.write(line: "run \(run.id): \(run.workflow.printable); see \"slipway logs \(run.id) -f\"")
        }
        if format == .text { Terminal.write(line: "run \(run.id): \(run.workflow.printable)") }
        let ended = try await RunWatch(client: client, run: run.id).run(isSilent: format == .json)
        switch format {
        case .json: Terminal.write(bytes: try await client.get("/api/v1/runs/\(run.id)") + [UInt8(ascii: "\n")])
        case .text:
            let reason = ended.reason.map { ": \($0.printable)" } ?? ""
            Terminal.write(line: "\(StatusText.text(status: ended.status, conclusion: ended.conclusion))  run \(run.id)\(reason)")
        }
        if ended.conclusion != "success" { throw CommandFailure.answeredNo }
    }
}
