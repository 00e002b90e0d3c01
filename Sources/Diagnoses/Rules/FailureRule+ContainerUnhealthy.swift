extension FailureRule {
    static let containerUnhealthy = FailureRule(
        name: "container-unhealthy", title: "A container does not become healthy",
        signs: "`is unhealthy`, `did not become healthy`, `its health check fails`, a failing `HEALTHCHECK`",
        remedy: "what the container logs, whether it listens on 0.0.0.0 and the checked port, and a longer start period",
        certainty: .certain, hides: ["service-unreachable"],
        examples: [
            Example(log: "dependency failed to start: container app-db-1 is unhealthy", says: "app-db-1"),
            Example(log: "the service redis did not become healthy in 300 seconds", says: "redis"),
            Example(
                log: """
                    ##[error]can't replace the container app: its health check fails: curl: (7) Failed to connect to localhost port 80; \
                    the former container 0cc175b9c0f1 runs again
                    """, says: "\"app\" keeps failing: nothing listens at port 80 in it"),
            Example(
                log: """
                    ##[error]can't replace the container app: it is not healthy after 120 s; there was no container of that name before
                    """,
                says: "\"app\" keeps failing"),
        ],
        find: { step in
            if let (line, name) = replacement(in: step.transcript) {
                // What the check prints goes on below.
                let output = (line.index..<step.transcript.lineCount).lazy.compactMap(step.transcript.line)
                let call = output.compactMap { UnansweredCall($0.text) }.first { $0.end == .refused && $0.isLocal }
                let port = call?.port.map { ": nothing listens at port \($0) in it" } ?? ""
                return Finding(
                    explanation: "The health check of \"\(name)\" keeps failing\(port).",
                    remedies: [
                        "Read in the log above what the new container printed last: it is removed by now.", listening,
                        command, "Give it longer: health-start-period, health-retries and health-seconds of the step.",
                    ], line: line)
            }
            guard let line = step.transcript.last(with: " is unhealthy", "did not become healthy", "health status: unhealthy")
            else {
                return nil
            }
            // Tasks of ECS have a rule of their own.
            guard !line.text.contains("target-group"), !line.text.contains("target group") else { return nil }
            let name = (line.text.after("container ") ?? line.text.after("service "))?.word
            return Finding(
                explanation: "The health check of \(name.map { "\"\($0)\"" } ?? "a container") keeps failing.",
                remedies: [
                    "Read what it printed: docker logs \(name ?? "NAME")",
                    listening, command,
                    "Give it longer: --health-start-period, --health-retries.",
                ], line: line)
        })

    private static let listening = "Let the program listen on 0.0.0.0, and the check ask the port and path that it serves."
    private static let command = "The check's own command must be in the image: slim images have no curl."

    /// The container that slipway/docker-run gave up for its health. What became of the former one is told behind it.
    private static func replacement(in text: FailedTranscript) -> (line: FailedTranscript.Line, name: Substring)? {
        for line in text.lines(with: "can't replace the container ").reversed() {
            guard let rest = line.text.after("replace the container "), let name = rest.before(": "),
                let reason = rest.after(": "),
                reason.hasPrefix("its health check fails") || reason.hasPrefix("it is not healthy after")
            else { continue }
            return (line, name)
        }
        return nil
    }
}
