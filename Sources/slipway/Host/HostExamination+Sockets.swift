internal import Glibc
internal import HTTPTransport
internal import Web

/// The daemon and Docker, as their sockets answer.
extension HostExamination {
    private static let deadlines = TransportDeadlines(connect: .seconds(3), total: .seconds(10), idle: .seconds(10))

    /// Whether the daemon answers, and what it says of itself.
    func daemon() async -> [HostFinding] {
        let request = TransportRequest("GET", "/health", at: .unixSocket(path: client.socket), deadlines: Self.deadlines)
        let response: TransportResponse
        do {
            response = try await TransportClient().send(request)
        } catch {
            return [HostFinding("daemon", .fail, client.failure(error).message)]
        }
        guard let health = try? DaemonClient.decode(HealthRepresentation.self, from: response.body) else {
            return [
                HostFinding(
                    "daemon", .fail, "what answers on \(client.socket) is no Slipway daemon (status \(response.status))",
                    remedy: "name the daemon's socket with --socket")
            ]
        }
        let detail = "\(client.socket): version \(health.version), \(health.runningJobs) of \(health.capacity) jobs run"
        return [HostFinding("daemon", .ok, detail)]
            + health.checks.filter { $0.status != "ok" }.map { check in
                HostFinding("daemon \(check.name.printable)", check.status == "failing" ? .fail : .warn, check.detail.printable)
            }
    }

    /// Optional: only pipelines that call Docker themselves need it.
    func docker() async -> HostFinding {
        let address = Terminal.variable("DOCKER_HOST") ?? "unix:///var/run/docker.sock"
        guard address.hasPrefix("unix://") else {
            return HostFinding("docker", .ok, "DOCKER_HOST names \(address.printable); not asked")
        }
        let socket = String(address.dropFirst(7))
        guard access(socket, F_OK) == 0 else { return HostFinding("docker", .ok, "not installed; nothing of Slipway needs it") }
        let request = TransportRequest("GET", "/_ping", at: .unixSocket(path: socket), deadlines: Self.deadlines)
        do {
            let response = try await TransportClient().send(request)
            guard response.status == 200 else {
                return HostFinding("docker", .warn, "\(socket) answers with status \(response.status)", remedy: Self.dockerRemedy)
            }
            return HostFinding("docker", .ok, "\(socket) answers")
        } catch {
            return HostFinding("docker", .warn, error.description, remedy: Self.dockerRemedy)
        }
    }

    private static let dockerRemedy =
        "only for pipelines that call Docker: systemctl start docker, and let the daemon's user use the socket"
}
