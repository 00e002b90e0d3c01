extension FailureRule {
    static let serviceUnreachable = FailureRule(
        name: "service-unreachable", title: "Nobody answers at the service's address",
        signs:
            "`Failed to connect to HOST port N`, `Connection refused`, `timed out` or `reset by peer` of curl, wget, Python and Node",
        remedy:
            "whether it runs and listens on 0.0.0.0, the published port, and the security group's inbound rule for that port",
        certainty: .likely,
        examples: [
            Example(
                log: "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server", exitCode: 7,
                says: "Nothing listens at localhost, port 8000"),
            Example(
                log: "curl: (7) Failed to connect to 10.0.0.12 port 80: Connection refused", exitCode: 7,
                says: "10.0.0.12 is there, but nothing listens at its port 80"),
            Example(
                log: "curl: (28) Failed to connect to 203.0.113.9 port 8080 after 134316 ms: Could not connect to server",
                exitCode: 28,
                says: "203.0.113.9 does not answer at port 8080"),
            Example(log: "curl: (28) Connection timed out after 5001 milliseconds", exitCode: 28, says: "does not answer"),
            Example(log: "curl: (56) Recv failure: Connection reset by peer", exitCode: 56, says: "without an answer"),
            Example(log: "curl: (52) Empty reply from server", exitCode: 52, says: "without an answer"),
            Example(
                log: "Connecting to localhost (localhost)|127.0.0.1|:8000... failed: Connection refused.", exitCode: 4,
                says: "Nothing listens at localhost, port 8000"),
            Example(
                log: """
                    requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=8000): Max retries exceeded with url: \
                    /health (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new \
                    connection: [Errno 111] Connection refused'))
                    """, says: "Nothing listens at localhost, port 8000"),
            Example(log: "Error: connect ECONNREFUSED 127.0.0.1:8000", says: "Nothing listens at 127.0.0.1, port 8000"),
        ],
        find: { step in
            let calls = [
                "curl: (", ": connection refused", "connection refused')", "connect timeout=", "econnrefused", "etimedout",
            ]
            let lines = calls.flatMap(step.transcript.lines).sorted { $0.index < $1.index }
            for line in lines.reversed() {
                guard let call = UnansweredCall(line.text) else { continue }
                return Finding(
                    explanation: call.explanation, findings: call.findings(in: step.surroundings),
                    remedies: call.remedies(in: step.surroundings), line: line)
            }
            return nil
        })
}

extension UnansweredCall {
    fileprivate var explanation: String {
        let host = host ?? "The host"
        switch end {
        case .refused where isLocal: return "Nothing listens at \(host)\(port.map { ", port \($0)" } ?? "")."
        case .refused: return "\(host) is there, but nothing listens at \(port.map { "its port \($0)" } ?? "the port")."
        case .timedOut:
            return "\(host) does not answer at \(port.map { "port \($0)" } ?? "the port"): what is sent there is dropped."
        case .dropped:
            return
                "The connection was taken, and ended without an answer: so does Docker where nothing listens in the container behind"
                + " a published port."
        }
    }

    fileprivate func findings(in surroundings: any Surroundings) -> [String] {
        guard isLocal, let port else { return [] }
        if surroundings.hasOwnLocalhost {
            return ["The step has a network of its own: its localhost is not this host's."]
        }
        return surroundings.containers(publishing: port).map { "The container \($0) publishes port \(port)." }
    }

    fileprivate func remedies(in surroundings: any Surroundings) -> [String] {
        let shown = port.map(String.init) ?? "PORT"
        switch end {
        case .timedOut:
            return [
                "Let the inbound rules of the security group admit port \(shown): of the instance, or of the load balancer and, from it, of"
                    + " the tasks.",
                "Check the address: from outside it is the public one, of a public subnet; a private one answers inside the VPC only.",
                "Check the port: the load balancer's is the listener's; without one, a task's host port may be any.",
            ]
        case .refused, .dropped:
            var remedies = [
                "Look whether it runs, and what it printed: docker ps --all, docker logs NAME. A program that loads a model listens late:"
                    + " wait for it (curl --retry 10 --retry-all-errors, or a health check of slipway/docker-run).",
                "Let the program listen on 0.0.0.0: on 127.0.0.1, it can be reached inside its container only.",
                "Check the published port: -p \(port.map(String.init) ?? "HOST"):CONTAINER, with the port at which the program listens behind"
                    + " the colon.",
            ]
            if isLocal, surroundings.hasOwnLocalhost {
                remedies.insert(
                    "In the job's container, call its services by their names, and what runs on this host by the host's address; a sandbox"
                        + " shares this host's network by sandbox_options.network of the settings.",
                    at: 0)
            }
            return remedies
        }
    }
}
