internal import ArgumentParser
internal import Plan
internal import Web

/// `slipway rollback`: has services run again what they ran before.
struct RunRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Undo what a run deployed, or bring an earlier deployment of an environment back.",
        discussion: """
            With the id of a run, the service runs the task definition again that it ran before; only the newest deployment of a \
            service can be undone. With the name of an environment and --repository, its services run again what they ran once an \
            earlier deployment had been made: the one that --to names, or the one before what is deployed now; what is deployed \
            now, where a later deployment that failed has changed a service.

            It is a run of its own, with the credentials of the jobs that deployed. Nobody is asked to approve it.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "The run's id, or an environment's name with --repository.")
    var target: String

    @Option(help: "The service, where the run deployed to several: its name, or cluster/service.")
    var service: String?

    @Option(help: "The repository whose environment it is.")
    var repository: String?

    @Option(help: "The deployment to bring back; \"slipway environments --repository R NAME\" lists them.")
    var to: Int64?

    @Option(help: "Why, for the record; an environment's rollback needs it.")
    var reason: String?

    @Flag(help: "Wait until the services run it; exit status 0 only if they do.")
    var wait = false

    func validate() throws {
        guard repository == nil else {
            if reason?.isEmpty ?? true { throw ValidationError("say why, for the record: --reason TEXT") }
            if service != nil { throw ValidationError("--service is for a run's deployment, not for an environment's") }
            return
        }
        if to != nil { throw ValidationError("--to is for an environment: give its --repository") }
        guard let id = Int64(target), id > 0 else {
            throw ValidationError("\"\(target)\" is no id of a run; for an environment give its --repository")
        }
    }

    private struct Wish: Encodable {
        let reason: String?
    }

    func run() async throws {
        let client = try connection.client()
        let answer: [UInt8]
        if let repository {
            let id = try await deployment(of: repository, client)
            answer = try await client.send("POST", "/api/v1/environment-deployments/\(id)/rollback", body: Wish(reason: reason))
        } else {
            let body = try await client.get("/api/v1/runs/\(target)/deployments")
            let all = try DaemonClient.decode(DeploymentListRepresentation.self, from: body).deployments
            guard !all.isEmpty else { throw Self.nothing(in: try await client.run(target)) }
            let deployment = try chosen(among: all)
            answer = try await client.send("POST", "/api/v1/deployments/\(deployment.id)/rollback", body: Wish(reason: reason))
        }
        try await StartedRun(body: answer, client: client).report(isWaiting: wait, format: output.format)
    }

    /// Why a run can't be rolled back, and what can be done in place of it.
    static func nothing(in run: RunRepresentation) -> CommandFailure {
        let because =
            "run \(run.id) changed no service of ECS and no container that Slipway knows of: there is nothing to put back"
        guard run.status == "completed" else { return CommandFailure(.rejected, "\(because) so far") }
        var names: [String] = []
        for job in run.jobs ?? [] {
            if let name = job.environment?.name, !names.contains(name) { names.append(name) }
        }
        let repository = run.repository.printable
        guard let name = names.first?.printable else {
            let branch = run.branch.map { " --branch \($0.printable)" } ?? ""
            return CommandFailure(
                .rejected,
                "\(because). What an earlier run made comes again by \"slipway rerun RUN\"; "
                    + "\"slipway runs --repository \(repository)\(branch)\" lists them")
        }
        let all = names.map(\.printable).joined(separator: " and ")
        return CommandFailure(
            .rejected,
            "\(because). It deployed to \(all) by its own steps: \"slipway environments --repository \(repository) \(name)\" lists what was "
                + "there before, and \"slipway rerun RUN\" makes it again; what Slipway deployed itself, "
                + "\"slipway rollback \(name) --repository \(repository) --reason TEXT\" brings back")
    }

    /// The one that is named, or else the one that succeeded before what is deployed now.
    private func deployment(of repository: String, _ client: DaemonClient) async throws -> String {
        if let to { return String(to) }
        let history = try await EnvironmentList.history(of: target, repository: repository, client)
        let released = history.filter { $0.status == "succeeded" }
        guard let now = released.first else {
            throw CommandFailure(.rejected, "nothing that succeeded was deployed to \(target) of \(repository)")
        }
        // One that did not succeed may have changed services all the same: what is deployed now comes back then.
        let later = history.prefix { $0.id != now.id }
        let isOvertaken = later.contains { deployment in
            deployment.services.contains { Deployment.Status(rawValue: $0.status)?.mayHold ?? false }
        }
        if isOvertaken { return now.id }
        // A rollback has what an earlier one released: that is no step back.
        guard let earlier = released.first(where: { $0.releasedRunId != now.releasedRunId }) else {
            throw CommandFailure(
                .rejected, "\(target) of \(repository) has no other deployment that succeeded: there is nothing to go back to")
        }
        return earlier.id
    }

    /// Of each service the run's last deployment; the only one, or that of the service that is named.
    private func chosen(among all: [DeploymentRepresentation]) throws(CommandFailure) -> DeploymentRepresentation {
        let newest = Dictionary(all.map { ("\($0.cluster)/\($0.service)", $0) }, uniquingKeysWith: { _, last in last })
        let names = newest.keys.sorted().joined(separator: ", ")
        let found = newest.filter { name, deployment in service.map { $0 == name || $0 == deployment.service } ?? true }
        guard let only = found.values.first else {
            throw CommandFailure(.rejected, "run \(target) has not deployed to \"\(service ?? "")\"; it has to \(names)")
        }
        guard found.count == 1 else {
            throw CommandFailure(.usage, "run \(target) has deployed to several services; name one with --service: \(names)")
        }
        return only
    }
}
