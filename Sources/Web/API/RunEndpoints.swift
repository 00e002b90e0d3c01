internal import Hummingbird
internal import Plan
internal import Scheduling
internal import Store

/// `/api/v1/runs`: reading runs, rerunning and cancelling them.
struct RunEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let query = try RunQuery(request.query, defaultLimit: 50)
        try await site.checkRepository(filter: query.repository)
        let page = try await site.store.runs(query.filter)
        return try JSONBody.response(
            RunListRepresentation(runs: try await site.representations(of: page.runs), next: page.next.map { String($0) }))
    }

    func get(_ request: WebRequest) async throws -> Response {
        let run = try await site.run(try request.id())
        return try JSONBody.response(try await site.representation(of: run, attempt: try Self.attempt(of: request)))
    }

    /// Nil: the newest.
    private static func attempt(of request: WebRequest) throws(WebProblem) -> Int? {
        guard let text = request.query.filled("attempt") else { return nil }
        guard let number = Int(text), number >= 1 else { throw WebProblem(.badRequest, "attempt is a number from 1.") }
        return number
    }

    func annotations(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var annotations: [AnnotationRepresentation] }
        let run = try await site.run(try request.id())
        let shown = try await site.run(run, asOf: try Self.attempt(of: request))
        let found = try await site.store.annotations(
            ofRun: run.id, attempt: shown.attempt == run.attempt ? nil : shown.attempt)
        return try JSONBody.response(
            List(annotations: found.map { AnnotationRepresentation($0.annotation, job: $0.jobID) }))
    }

    func rerun(_ request: WebRequest) async throws -> Response {
        let wish = try JSONBody.decode(RerunRequest.self, members: RerunRequest.members, from: request)
        let reason = try ApprovalEndpoints.comment(wish.reason)
        let run: Run
        if let inputs = wish.inputs {
            run = try await site.operations.rerun(
                run: try request.id(), inputs: inputs, reason: reason, options: wish.options, actor: request.actor)
        } else {
            run = try await site.operations.rerun(
                run: try request.id(), jobs: wish.selection, reason: reason, options: wish.options, actor: request.actor)
        }
        return try JSONBody.response(try await site.representation(of: run, attempt: nil), status: .accepted)
    }

    func cancel(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let letRunningFinish: Bool?

            private enum CodingKeys: String, CodingKey { case letRunningFinish = "let_running_finish" }
        }
        let wish = try JSONBody.decode(Wish.self, members: ["let_running_finish"], from: request)
        let id = try request.id()
        try await site.operations.cancel(
            run: id, letsRunningFinish: wish.letRunningFinish ?? false, actor: request.actor)
        let run = try await site.run(id)
        return try JSONBody.response(RunRepresentation(run, turn: try await site.turns(of: [run])[id]), status: .accepted)
    }
}

/// `{"jobs":"all"|"failed"|["id",…],"dependents":false,"debug":true,"pause_on_failure":true,"reason":…}`,
/// `{"stage":…,"retry_mode":…}`, or `{"inputs":{…}}`;
/// without any of these: all.
struct RerunRequest: Decodable {
    let selection: RerunSelection
    let reason: String?
    let options: AttemptOptions
    /// Those that change, of a run that is to be dispatched again.
    let inputs: [String: String]?

    static let members = Key.allCases.map(\.rawValue)

    private enum Key: String, CodingKey, CaseIterable {
        case jobs, reason, stage, inputs, debug, dependents
        case pausesOnFailure = "pause_on_failure"
        case retryMode = "retry_mode"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        options = AttemptOptions(
            isDebug: try container.decodeIfPresent(Bool.self, forKey: .debug) ?? false,
            pausesOnFailure: try container.decodeIfPresent(Bool.self, forKey: .pausesOnFailure) ?? false)
        inputs = try container.decodeIfPresent(DispatchRequest.Inputs.self, forKey: .inputs)?.texts
        guard inputs == nil || !(container.contains(.jobs) || container.contains(.stage)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .inputs, in: container, debugDescription: "other inputs are for all of a run: leave jobs and stage out")
        }
        if let stage = try container.decodeIfPresent(String.self, forKey: .stage) {
            guard !container.contains(.jobs) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .stage, in: container, debugDescription: "give either \"jobs\" or \"stage\"")
            }
            let word = try container.decodeIfPresent(String.self, forKey: .retryMode)
            guard let mode = word.map(StageRetry.init(rawValue:)) ?? .failedActions else {
                throw DecodingError.dataCorruptedError(
                    forKey: .retryMode, in: container, debugDescription: "expected FAILED_ACTIONS or ALL_ACTIONS")
            }
            selection = .stage(stage, mode)
            return
        }
        guard !container.contains(.retryMode) else {
            throw DecodingError.dataCorruptedError(
                forKey: .retryMode, in: container, debugDescription: "it is for a stage: give \"stage\" with it")
        }
        let onlySome = DecodingError.dataCorruptedError(
            forKey: .dependents, in: container, debugDescription: "it is for some jobs: give their ids with it as \"jobs\"")
        guard container.contains(.jobs) else {
            guard !container.contains(.dependents) else { throw onlySome }
            selection = .all
            return
        }
        if let word = try? container.decode(String.self, forKey: .jobs) {
            guard let selection = Self.selection(named: word) else { throw Self.mistake(in: container) }
            guard !container.contains(.dependents) else { throw onlySome }
            self.selection = selection
        } else {
            let ids = try container.decode([String].self, forKey: .jobs).map { Int64($0) }
            guard !ids.isEmpty, !ids.contains(nil) else { throw Self.mistake(in: container) }
            let takesDependents = try container.decodeIfPresent(Bool.self, forKey: .dependents) ?? true
            selection = takesDependents ? .only(ids.compactMap { $0 }) : .alone(ids.compactMap { $0 })
        }
    }

    static func selection(named word: String) -> RerunSelection? {
        switch word {
        case "all": .all
        case "failed": .failed
        default: nil
        }
    }

    private static func mistake(in container: KeyedDecodingContainer<Key>) -> DecodingError {
        .dataCorruptedError(
            forKey: Key.jobs, in: container, debugDescription: "expected \"all\", \"failed\" or a list of job ids")
    }
}

/// The filters of a list of runs, as the query has them.
struct RunQuery: Sendable, Equatable {
    /// A larger wish is refused: who asked for more would take the page for the whole.
    static let largestLimit = 100

    var repository: String?
    var status: Status?
    var conclusion: Conclusion?
    var branch: String?
    var workflow: String?
    var before: Int64?
    var limit: Int

    /// `status` takes a status or a conclusion, for both answer "how is it".
    init(_ query: FormFields, defaultLimit: Int) throws(WebProblem) {
        repository = query.filled("repository")
        branch = query.filled("branch")
        workflow = query.filled("workflow")
        limit = defaultLimit
        if let word = query.filled("status") {
            status = Status(rawValue: word)
            conclusion = status == nil ? Conclusion(rawValue: word) : nil
            guard status != nil || conclusion != nil else {
                let known = Status.allCases.map(\.rawValue) + Conclusion.allCases.map(\.rawValue)
                throw WebProblem(.badRequest, "status is one of \(known.joined(separator: ", ")), not \"\(word)\".")
            }
        }
        if let text = query.filled("limit") {
            guard let number = Int(text), (1...Self.largestLimit).contains(number) else {
                throw WebProblem(
                    .badRequest, "limit is a number from 1 to \(Self.largestLimit); \"next\" leads to the rest.")
            }
            limit = number
        }
        if let text = query.filled("before") {
            guard let cursor = Int64(text), cursor > 0 else {
                throw WebProblem(.badRequest, "before is the \"next\" of the page before.")
            }
            before = cursor
        }
    }

    var filter: RunFilter {
        RunFilter(
            repository: repository, status: status, conclusion: conclusion, branch: branch, workflow: workflow,
            limit: limit, before: before)
    }
}
