extension FailureRule {
    static let httpsOnHTTP = FailureRule(
        name: "https-on-http", title: "HTTPS is spoken to a server of plain HTTP",
        signs: "`Invalid HTTP request received`, `Bad request version`, `wrong version number`",
        remedy: "ask with `http://`, or put a load balancer with a certificate before it",
        certainty: .likely,
        examples: [
            Example(log: "WARNING:  Invalid HTTP request received.", says: "plain HTTP"),
            Example(log: "curl: (35) error:0A00010B:SSL routines::wrong version number", exitCode: 35, says: "plain HTTP"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "invalid http request received", "code 400, message bad request version",
                    "ssl routines::wrong version number", "http request to an https server")
            else { return nil }
            return Finding(
                explanation: "Somebody speaks HTTPS to a server that knows plain HTTP, as Flask and Uvicorn are by themselves.",
                remedies: [
                    "Ask with http:// and the port: browsers go to https:// by themselves.",
                    "For HTTPS: a load balancer, or a proxy, with a certificate before it.",
                ], line: line)
        })
}
