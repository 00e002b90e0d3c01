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
            // Docker 28 goes on with the container's address and port.
            Example(
                log: """
                    docker: Error response from daemon: failed to set up container networking: driver failed programming external \
                    connectivity on endpoint web (6f1ed002ab5595859014ebf0951522d9): failed to bind host port for \
                    0.0.0.0:8000:172.17.0.2:80/tcp: address already in use
                    """, exitCode: 125, says: "Port 8000"),
            // Docker 29.
            Example(
                log: """
                    docker: Error response from daemon: failed to set up container networking: driver failed programming external \
                    connectivity on endpoint web (6f1ed002ab5595859014ebf0951522d9): failed to bind host port 0.0.0.0:8000/tcp: address \
                    already in use
                    """, exitCode: 125, says: "Port 8000"),
            Example(
                log: """
                    docker: Error response from daemon: driver failed programming external connectivity on endpoint web: Error starting \
                    userland proxy: listen tcp4 0.0.0.0:8000: bind: address already in use.
                    """, exitCode: 125, says: "Port 8000"),
            Example(log: "Error: listen EADDRINUSE: address already in use :::3000", says: "Port 3000"),
            Example(
                log: """
                    Address already in use
                    Port 5000 is in use by another program. Either identify and stop that program, or start the server elsewhere.
                    """, says: "Port 5000"),
            Example(
                log: "ERROR: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
                says: "Port 8000"),
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

    /// What stands right before the address, or the port, that could not be had.
    private static let portSigns = [
        "host port for ", "host port ", "bind for ", "bind() to ", "listen tcp ", "listen tcp4 ", "listen tcp6 ",
        "bind on address ", "connection in use: ", "address already in use ", "port ",
    ]

    /// The port of this host: of the lines that name two, as Docker 28 does, not the container's.
    static func port(in text: String) -> Int? {
        let text = text.lowercased()
        for sign in portSigns {
            guard let rest = text.after(sign), let port = port(atStartOf: rest), (1...65535).contains(port) else { continue }
            return port
        }
        return nil
    }

    /// The port of `8000`, `host:8000`, `[::]:8000`, `:::8000` or `('host', 8000)`, whatever follows it.
    private static func port(atStartOf text: Substring) -> Int? {
        if text.hasPrefix("(") {
            return text.before(")")?.after(",").flatMap { Int($0.trimmed) }
        }
        var address = text.leading { !$0.isWhitespace && $0 != "/" }
        if let port = Int(address.leading { $0.isASCII && $0.isNumber }), !address.contains(".") { return port }
        if address.hasPrefix("["), let rest = address.after("]") { address = rest }
        // An address of IPv6 without brackets: its port is what follows the last colon.
        let parts = address.split(separator: ":")
        let written = address.hasPrefix("::") ? parts.last : address.hasPrefix(":") ? parts.first : parts.dropFirst().first
        return written.flatMap { Int($0.leading { $0.isASCII && $0.isNumber }) }
    }
}
