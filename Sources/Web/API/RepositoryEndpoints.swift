internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/repositories`: what is watched, and starting something by hand.
struct RepositoryEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var repositories: [RepositoryRepresentation] }
        let latest = try await latestRuns()
        let remotes = try await site.store.remoteStatuses()
        let repositories = await site.operations.repositories()
        let states = try await site.branchStates(of: repositories)
        let found = repositories.map { repository in
            RepositoryRepresentation(
                repository, remote: remotes.first { $0.repository == repository.name },
                state: states[repository.name] ?? BranchState(branch: nil, workflows: []),
                runs: latest[repository.name] ?? [])
        }
        return try JSONBody.response(List(repositories: found))
    }

    func get(_ request: WebRequest) async throws -> Response {
        let repository = try await site.repository(request.parameter("name"))
        return try JSONBody.response(
            RepositoryRepresentation(
                repository, remote: try await site.store.remoteStatus(of: repository.name),
                state: try await site.branchState(of: repository),
                runs: try await site.representations(
                    of: try await site.store.runs(RunFilter(repository: repository.name, limit: 5)).runs)))
    }

    func workflows(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var workflows: [WorkflowRepresentation] }
        let repository = try await site.repository(request.parameter("name"))
        let found = try await site.operations.workflows(ofRepository: repository.name)
        return try JSONBody.response(List(workflows: found.map(WorkflowRepresentation.init)))
    }

    func triggers(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var triggers: [TriggerRepresentation] }
        let repository = try await site.repository(request.parameter("name"))
        let query = try RunQuery(request.query, defaultLimit: 50)
        let remote = try await site.store.remoteStatus(of: repository.name)
        let records =
            try await site.waitingDeliveries(of: repository.name, remote: remote)
            + site.store.triggerRecords(repository: repository.name, limit: query.limit)
        return try JSONBody.response(List(triggers: records.map(TriggerRepresentation.init)))
    }

    func dispatch(_ request: WebRequest) async throws -> Response {
        let wish = try JSONBody.decode(DispatchRequest.self, members: DispatchRequest.members, from: request)
        let repository = try await site.repository(request.parameter("name"))
        let run = try await site.operations.dispatch(
            repository: repository.name, workflow: wish.workflow, ref: wish.ref, inputs: wish.inputs,
            options: wish.options, actor: request.actor)
        return try JSONBody.response(try await site.representation(of: run, attempt: nil), status: .created)
    }

    func poll(_ request: WebRequest) async throws -> Response {
        struct Answer: Codable { var repository: String }
        let repository = try await site.repository(request.parameter("name"))
        try await site.operations.poll(repository: repository.name, actor: request.actor)
        return try JSONBody.response(Answer(repository: repository.name), status: .accepted)
    }

    private func latestRuns() async throws -> [String: [RunRepresentation]] {
        let overviews = try await site.store.repositoryOverviews(latest: 5)
        let turns = try await site.turns(of: overviews.flatMap(\.runs))
        return Dictionary(
            overviews.map { overview in (overview.name, overview.runs.map { RunRepresentation($0, turn: turns[$0.id]) }) },
            uniquingKeysWith: { first, _ in first })
    }
}

/// `{"workflow","ref","inputs","pause_on_failure"}`. Values of inputs may be texts, numbers or Booleans; the pipeline's types
/// decide.
struct DispatchRequest: Decodable {
    let workflow: String
    let ref: String?
    let inputs: [String: String]
    let options: AttemptOptions

    static let members = Key.allCases.map(\.rawValue)

    private enum Key: String, CodingKey, CaseIterable {
        case workflow, ref, inputs
        case pausesOnFailure = "pause_on_failure"
    }

    /// The values as texts.
    struct Inputs: Decodable {
        let texts: [String: String]

        init(from decoder: any Decoder) throws {
            texts = try decoder.singleValueContainer().decode([String: Scalar].self).mapValues(\.text)
        }
    }

    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = ""
            } else if let flag = try? container.decode(Bool.self) {
                text = flag ? "true" : "false"
            } else if let whole = try? container.decode(Int64.self) {
                text = String(whole)
            } else if let number = try? container.decode(Double.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        workflow = try container.decode(String.self, forKey: .workflow)
        ref = try container.decodeIfPresent(String.self, forKey: .ref)
        inputs = try container.decodeIfPresent([String: Scalar].self, forKey: .inputs)?.mapValues(\.text) ?? [:]
        options = AttemptOptions(pausesOnFailure: try container.decodeIfPresent(Bool.self, forKey: .pausesOnFailure) ?? false)
    }
}
