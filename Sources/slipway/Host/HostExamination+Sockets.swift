internal import Docker
internal import EngineAddresses
internal import Glibc
internal import HTTPTransport
internal import Settings
internal import Web

/// The daemon and Docker, as their sockets answer.
extension HostExamination {
    private static let deadlines = TransportDeadlines(connect: .seconds(3), total: .seconds(10), idle: .seconds(10))

    /// Whether the daemon answers, and what it says of itself.
    func daemon() async -> [HostFinding] {
        let request = TransportRequest("GET", "/health", at: client.endpoint, deadlines: Self.deadlines)
        let response: TransportResponse
        do {
            response = try await TransportClient().send(request)
        } catch {
            return [HostFinding("daemon", .fail, client.failure(error).message)]
        }
        guard let health = try? DaemonClient.decode(HealthRepresentation.self, from: response.body) else {
            return [
                HostFinding(
                    "daemon", .fail, "what answers on \(client.endpoint) is no Slipway daemon (status \(response.status))",
                    remedy: "name the daemon's socket with --socket")
            ]
        }
        let detail = "\(client.endpoint): version \(health.version), \(health.runningJobs) of \(health.capacity) jobs run"
        return [HostFinding("daemon", .ok, detail)]
            + health.checks.filter { $0.status != "ok" }.map { check in
                HostFinding("daemon \(check.name.printable)", check.status == "failing" ? .fail : .warn, check.detail.printable)
            }
    }

    /// Optional: only pipelines with containers, or that call Docker themselves, need it.
    func docker() async -> HostFinding {
        let client =
            Self.path(of: "docker", in: jobPath).map { "the client is \($0)" } ?? "there is no client in the PATH of jobs"
        let endpoint: DockerEndpoint
        switch settings?.docker.socket {
        case .off:
            return HostFinding("docker", .ok, "the settings say \"docker.socket: off\": jobs have no containers")
        case .named(let address):
            endpoint = DockerEndpoint(
                address: address.text, source: "docker.socket of the settings", certificates: address.certificates)
        case .usual, nil: endpoint = .current()
        }
        let address: EngineAddress
        do throws(EngineAddressError) {
            address = try EngineAddress(endpoint.address, certificates: endpoint.certificates)
        } catch {
            return HostFinding(
                "docker", .warn, "\(endpoint.source): \(error.description.printable); \(client)",
                remedy: "set docker.socket of the settings")
        }
        let place = "\(address.description.printable) (\(endpoint.source))"
        guard let socket = address.socket else { return await server(at: address, place: place, client: client) }
        guard access(socket, F_OK) == 0 else {
            guard Self.path(of: "docker", in: jobPath) != nil else {
                return HostFinding("docker", .ok, "\(client) and no engine at \(place); only pipelines with containers need it")
            }
            return HostFinding(
                "docker", .warn, "\(client), but no engine listens at \(place)",
                remedy: "start it (systemctl start docker), or install it (apt-get install docker.io)")
        }
        guard access(socket, R_OK | W_OK) == 0 else {
            return HostFinding(
                "docker", .warn, "the engine's socket \(place) is there, but this user may not use it; \(client)",
                remedy: "if pipelines with containers shall run: add the daemon's user to the socket's group")
        }
        return await engine(at: address, place: place, client: client)
    }

    /// An engine behind a port.
    private func server(at address: EngineAddress, place: String, client: String) async -> HostFinding {
        let finding = await engine(at: address, place: place, client: client)
        guard finding.level == .ok else { return finding }
        var detail = finding.detail
        if !address.isOnThisHost {
            detail += "; it is on another host: images are built, pushed and run there, and no job has containers or services"
        }
        guard address.certificates == nil else { return HostFinding("docker", .ok, detail) }
        return HostFinding(
            "docker", .warn, "\(detail); whoever reaches its port is root there, since nobody is asked who he is",
            remedy: "have it listen with TLS, and set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or docker.certificates")
    }

    private func engine(at address: EngineAddress, place: String, client: String) async -> HostFinding {
        var request = TransportRequest("GET", "/_ping", at: address.endpoint, deadlines: Self.deadlines)
        request.avoidsProxy = true
        request.isPlainHTTP = true
        request.certificates = address.transportCertificates
        do {
            let response = try await TransportClient().send(request)
            guard response.status == 200 else {
                return HostFinding(
                    "docker", .warn, "\(place) answers with status \(response.status); \(client)", remedy: Self.dockerRemedy)
            }
            return HostFinding("docker", .ok, "the engine answers at \(place); \(client)")
        } catch {
            return HostFinding(
                "docker", .warn,
                address.socket == nil
                    ? "no engine answers at \(place): \(error.description)"
                    : "the socket \(place) is there, but no engine answers: \(error.description)",
                remedy: address.socket == nil ? "start it, or correct its address and its certificates" : Self.dockerRemedy)
        }
    }

    private static let dockerRemedy = "see the engine's log: journalctl -u docker"
}
