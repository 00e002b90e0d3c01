extension FailureRule {
    static let portInUse = FailureRule(
        name: "port-in-use", title: "The port is in use",
        signs: "`port is already allocated`, `address already in use`, `EADDRINUSE`",
        remedy: "end what listens there, or publish another port; `slipway/docker-run` replaces the container before",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    docker: Error response from daemon: driver failed programming external connectivity on endpoint web: Bind for \
                    0.0.0.0:8000 failed: port is already allocated.
                    """, exitCode: 125, says: "Port 8000"),
            Example(log: "Error: listen EADDRINUSE: address already in use :::3000", says: "Port 3000"),
            Example(
                log: """
                    Address already in use
                    Port 5000 is in use by another program. Either identify and stop that program, or start the server elsewhere.
                    """, says: "Port 5000"),
            Example(log: "OSError: [Errno 98] Address already in use", says: "A port"),
        ],
        find: { step in
            let text = step.transcript
            let named = text.lines(with: "is in use by another program").last
            guard
                let line = named
                    ?? text.last(with: "port is already allocated", "address already in use", "eaddrinuse", "errno 98]")
            else { return nil }
            let port = port(in: line.text)
            let holders = port.map(step.surroundings.containers(publishing:)) ?? []
            let name = port.map { "Port \($0)" } ?? "A port that the step asks for"
            var remedies = holders.map { "If it is an old one, remove the container: docker rm --force \($0)" }
            remedies += [
                "Replace the container in one step, without a gap between stop and run: uses: slipway/docker-run@v1.",
                "See who listens: sudo ss -ltnp\(port.map { " 'sport = :\($0)'" } ?? "").",
                "Publish another port of the host, or let it be chosen: -p 0:\(port ?? 8000).",
            ]
            return Finding(
                explanation: "\(name) of this host is in use by another process.",
                findings: holders.map { "The container \($0) publishes it." }, remedies: remedies, line: line)
        })

    /// The number after the last colon that has one, or after the word.
    private static func port(in text: String) -> Int? {
        if let word = text.after("Port ")?.leading(where: \.isNumber), let port = Int(word) { return port }
        let numbers = text.split(separator: ":").dropFirst().compactMap { Int($0.leading(where: \.isNumber)) }
        return numbers.last { (1...65535).contains($0) }
    }
}
