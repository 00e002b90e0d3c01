extension FailureRule {
    static let nameResolution = FailureRule(
        name: "name-resolution", title: "A host name can't be resolved",
        signs: "`Temporary failure in name resolution`, `Could not resolve host`",
        remedy: "network and DNS of the host, of the sandbox (`sandbox_options.network`) or of the container",
        certainty: .likely,
        examples: [
            Example(log: "curl: (6) Could not resolve host: models.internal", exitCode: 6, says: "models.internal"),
            Example(log: "socket.gaierror: [Errno -3] Temporary failure in name resolution", says: "host name"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "could not resolve host", "temporary failure in name resolution", "name or service not known",
                    "getaddrinfo enotfound", "eai_again", "no such host")
            else { return nil }
            let host = (line.text.after("resolve host: ") ?? line.text.after("ENOTFOUND ") ?? line.text.after("lookup "))?.word
            return Finding(
                explanation:
                    "The name \(host.map { "\"\($0)\"" } ?? "of a host") could not be resolved: a wrong host name, or no DNS.",
                remedies: [
                    "Check the name, and that this host resolves it: getent hosts \(host ?? "NAME")",
                    "Check that the sandbox has a network: sandbox_options.network in the settings.",
                    "In a container: the names of services are known only to containers of the same job.",
                ], line: line)
        })
}
