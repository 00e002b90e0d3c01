internal import FoundationEssentials
internal import Web

/// Waits for a run and says what happens to it.
struct RunWatch: Sendable {
    private static let pause = Duration.milliseconds(500)

    let client: DaemonClient
    let run: String

    /// Prints a line for each change of a job, and returns the run when it is completed.
    func run(isSilent: Bool) async throws -> RunRepresentation {
        var seen: [String: String] = [:]
        while true {
            let current = try await client.runAcrossRestarts(run)
            for job in current.jobs ?? [] {
                let word = job.conclusion ?? job.status
                guard seen.updateValue(word, forKey: job.id) != word, !isSilent else { continue }
                let text = StatusText.text(status: job.status, conclusion: job.conclusion)
                Terminal.write(line: "\(text)  \(job.name.printable)" + (job.reason.map { "  \($0.printable)" } ?? ""))
            }
            if current.status == "completed" { return current }
            try await Task.sleep(for: Self.pause)
        }
    }
}
