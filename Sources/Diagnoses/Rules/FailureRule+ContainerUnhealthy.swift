extension FailureRule {
    static let containerUnhealthy = FailureRule(
        name: "container-unhealthy", title: "A container does not become healthy",
        signs: "`is unhealthy`, `did not become healthy`, a failing `HEALTHCHECK`",
        remedy: "what the container logs, whether it listens on 0.0.0.0 and the checked port, and a longer start period",
        certainty: .certain,
        examples: [
            Example(log: "dependency failed to start: container app-db-1 is unhealthy", says: "app-db-1"),
            Example(log: "the service redis did not become healthy in 300 seconds", says: "redis"),
        ],
        find: { step in
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
                    "Let the program listen on 0.0.0.0, and the check ask the port and path that it serves.",
                    "The check's own command must be in the image: slim images have no curl.",
                    "Give it longer: --health-start-period, --health-retries.",
                ], line: line)
        })
}
