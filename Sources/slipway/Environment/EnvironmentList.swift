internal import ArgumentParser
internal import PercentCoding
internal import Web

/// `slipway environments`: what is deployed where, or what was deployed to one environment.
struct EnvironmentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments", abstract: "List what is deployed where, or the history of one environment.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Option(help: "The environments of this repository only.")
    var repository: String?

    @Argument(help: "An environment's name, with --repository: lists what was deployed to it, the newest first.")
    var name: String?

    func validate() throws {
        if name != nil, repository == nil { throw ValidationError("an environment belongs to a repository: give --repository") }
    }

    func run() async throws {
        let client = try connection.client()
        if let name, let repository { return try await showHistory(of: name, repository: repository, client) }
        let path = URLText.path("/api/v1/environments", query: [("repository", repository)])
        let body = try await client.get(path)
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let found = try DaemonClient.decode(EnvironmentListRepresentation.self, from: body).environments
        guard !found.isEmpty else { return Terminal.report("slipway: nothing was deployed to an environment") }
        var table = TextTable(["REPOSITORY", "ENVIRONMENT", "RUN", "COMMIT", "BY", "SINCE", "LAST"])
        for environment in found {
            let current = environment.current
            table.add([
                TextTable.Cell(environment.repository), TextTable.Cell(environment.name, .bold),
                TextTable.Cell(current?.runId ?? ""), TextTable.Cell(String((current?.commit ?? "").prefix(8))),
                TextTable.Cell(current?.actor ?? ""), TextTable.Cell(LocalTime.text(current?.finishedAt)),
                TextTable.Cell(environment.newest?.status ?? ""),
            ])
        }
        Terminal.write(table.text())
    }

    private func showHistory(of name: String, repository: String, _ client: DaemonClient) async throws {
        let body = try await client.get(Self.path(of: name, repository: repository))
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let history = try DaemonClient.decode(EnvironmentHistoryRepresentation.self, from: body).deployments
        guard !history.isEmpty else { return Terminal.report("slipway: nothing was deployed to \(name) of \(repository)") }
        var table = TextTable(["ID", "STATE", "RUN", "COMMIT", "BY", "BEGAN", "SERVICES"])
        for deployment in history {
            let services = deployment.services.map { "\($0.cluster)/\($0.service)" }.joined(separator: ", ")
            table.add([
                TextTable.Cell(deployment.id, .bold), TextTable.Cell(deployment.status), TextTable.Cell(deployment.runId),
                TextTable.Cell(String(deployment.commit.prefix(8))), TextTable.Cell(deployment.actor),
                TextTable.Cell(LocalTime.text(deployment.startedAt)), TextTable.Cell(services),
            ])
        }
        Terminal.write(table.text())
    }

    private static func path(of name: String, repository: String) -> String {
        URLText.path(
            "/api/v1/repositories/\(URLText.repository(repository))/environments/\(PercentEncoding.encoded(name))/deployments",
            query: [("limit", "100")])
    }

    /// The newest of what was deployed to an environment.
    static func history(
        of name: String, repository: String, _ client: DaemonClient
    ) async throws -> [EnvironmentDeploymentRepresentation] {
        let body = try await client.get(path(of: name, repository: repository))
        return try DaemonClient.decode(EnvironmentHistoryRepresentation.self, from: body).deployments
    }
}
