internal import ArgumentParser
internal import Web

/// `slipway rollback`: has a service run again what it ran before a run deployed to it.
struct RunRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Undo what a run deployed to a service.",
        discussion: """
            The service runs the task definition again that it ran before, in a run of its own, with the credentials of the job \
            that deployed. Only the newest deployment of a service can be undone.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: RunArgument

    @Option(help: "The service, where the run deployed to several: its name, or cluster/service.")
    var service: String?

    @Flag(help: "Wait until the service runs it; exit status 0 only if it does.")
    var wait = false

    func run() async throws {
        let client = try connection.client()
        let body = try await client.get("/api/v1/runs/\(argument.id)/deployments")
        let all = try DaemonClient.decode(DeploymentListRepresentation.self, from: body).deployments
        let deployment = try chosen(among: all)
        let answer = try await client.send("POST", "/api/v1/deployments/\(deployment.id)/rollback")
        try await StartedRun(body: answer, client: client).report(isWaiting: wait, format: output.format)
    }

    /// Of each service the run's last deployment; the only one, or that of the service that is named.
    private func chosen(among all: [DeploymentRepresentation]) throws(CommandFailure) -> DeploymentRepresentation {
        let newest = Dictionary(all.map { ("\($0.cluster)/\($0.service)", $0) }, uniquingKeysWith: { _, last in last })
        guard !newest.isEmpty else {
            throw CommandFailure(.usage, "run \(argument.id) has deployed nothing: there is nothing to roll back")
        }
        let names = newest.keys.sorted().joined(separator: ", ")
        let found = newest.filter { name, deployment in service.map { $0 == name || $0 == deployment.service } ?? true }
        guard let only = found.values.first else {
            throw CommandFailure(.usage, "run \(argument.id) has not deployed to \"\(service ?? "")\"; it has to \(names)")
        }
        guard found.count == 1 else {
            throw CommandFailure(.usage, "run \(argument.id) has deployed to several services; name one with --service: \(names)")
        }
        return only
    }
}
