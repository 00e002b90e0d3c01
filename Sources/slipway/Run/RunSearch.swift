internal import ArgumentParser
internal import Web

/// `slipway search`: runs by what is known of them, or by what they logged.
struct RunSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Look for runs, or for what they logged.",
        discussion: """
            Words, "several words", #12, and branch:, actor:, workflow:, repo:, commit:, event:, number:, title: and status: before \
            one. With --logs the text is looked for in the logs of the newest runs, whatever its case.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "What to look for.")
    var words: [String]

    @Flag(help: "Look in the logs.")
    var logs = false

    @Option(help: "Go on there: what the answer before ended with.")
    var before: String?

    func run() async throws {
        // A word of several was quoted for the shell, which took the marks away.
        let text = logs ? words.joined(separator: " ") : words.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
        let body = try await connection.client().get(
            "/api/v1/search/\(logs ? "logs" : "runs")", query: [("q", text), ("before", before)])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        if logs {
            try Self.tell(DaemonClient.decode(LogSearchRepresentation.self, from: body))
        } else {
            try Self.tell(DaemonClient.decode(RunSearchRepresentation.self, from: body))
        }
    }

    private static func tell(_ found: RunSearchRepresentation) {
        for problem in found.problems { Terminal.report("slipway: \(problem)") }
        if found.runs.isEmpty {
            Terminal.report("slipway: no run matches")
        } else {
            Terminal.write(RunList.table(found.runs).text())
        }
        if let next = found.next { Terminal.report("There may be more: add --before \(next)") }
    }

    private static func tell(_ found: LogSearchRepresentation) {
        for job in found.jobs {
            Terminal.write("\(job.repository) run \(job.runId), job \(job.jobId) (\(job.job)): \(job.title)\n")
            for match in job.matches { Terminal.write("  \(match.line): \(match.text)\n") }
            if job.truncated { Terminal.write("  … slipway logs --job \(job.jobId)\n") }
        }
        if found.jobs.isEmpty { Terminal.report("slipway: none of \(found.searchedRuns) runs logged it") }
        if found.cutLogs > 0 { Terminal.report("Of \(found.cutLogs) long logs only the beginning was read.") }
        if let next = found.next { Terminal.report("Older runs were not looked at: add --before \(next)") }
    }
}
