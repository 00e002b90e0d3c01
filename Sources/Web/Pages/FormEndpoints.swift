internal import Expressions
internal import HTTPTypes
internal import Hummingbird
internal import Plan
internal import Scheduling
internal import Store

/// The page's forms: each does one thing and leads to the page that shows it.
struct FormEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// `jobs` is `all`, `failed` or a job's id; in place of it `alone` is a job's id, `stage` and `retry_mode` name a stage of a
    /// pipeline, and `inputs` says that fields `input.NAME` change the inputs.
    func rerun(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let reason = try ApprovalEndpoints.comment(fields.filled("reason"))
        let options = AttemptOptions(isDebug: fields["debug"] == "true", pausesOnFailure: fields["pause_on_failure"] == "true")
        guard fields["inputs"] == nil else {
            let id = try request.id()
            let run = try await site.operations.rerun(
                run: id, inputs: try await changedInputs(fields, run: id), reason: reason, options: options, actor: request.actor)
            return shown(run)
        }
        let word = fields["jobs"] ?? "all"
        let alone = fields.all("alone").compactMap { Int64($0) }
        let ids = fields.all("jobs").compactMap { Int64($0) }
        let stage = try fields.filled("stage").map { name throws(WebProblem) in
            guard let mode = StageRetry(rawValue: fields["retry_mode"] ?? "") else {
                throw WebProblem(.badRequest, "retry_mode is FAILED_ACTIONS or ALL_ACTIONS.")
            }
            return RerunSelection.stage(name, mode)
        }
        guard
            let selection = stage ?? (alone.isEmpty ? nil : .alone(alone)) ?? RerunRequest.selection(named: word)
                ?? (ids.isEmpty ? nil : .only(ids))
        else {
            throw WebProblem(.badRequest, "jobs is all, failed, or ids of jobs.")
        }
        let run = try await site.operations.rerun(
            run: try request.id(), jobs: selection, reason: reason, options: options, actor: request.actor)
        return shown(run)
    }

    func cancel(_ request: WebRequest) async throws -> Response {
        let id = try request.id()
        let letsRunningFinish = request.form["let_running_finish"] == "true"
        try await site.operations.cancel(run: id, letsRunningFinish: letsRunningFinish, actor: request.actor)
        return shown(try await site.run(id))
    }

    /// `answer` is `approve` or `reject`, `job` the id of the job that asked.
    func answer(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let id = try request.id()
        guard let answer = fields["answer"], ["approve", "reject"].contains(answer),
            let job = fields["job"].flatMap({ Int64($0) })
        else { throw WebProblem(.badRequest, "answer is approve or reject, job the id of the job that asked.") }
        try await site.operations.answer(
            run: id, job: job, isApproved: answer == "approve", comment: try ApprovalEndpoints.comment(fields.filled("comment")),
            actor: request.actor)
        return shown(try await site.run(id))
    }

    /// `job` is the id of the job whose gate failed, `reason` why that is no matter.
    func override(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let run = try await site.operations.override(
            run: try request.id(), job: fields["job"].flatMap { Int64($0) },
            reason: try ApprovalEndpoints.reason(fields.filled("reason")), actor: request.actor)
        return shown(run)
    }

    /// The inputs that a form changed: every other one stays what it is, to the byte, which a form does not keep of line ends.
    private func changedInputs(_ fields: FormFields, run: Int64) async throws -> [String: String] {
        let former = try await site.store.inputs(ofRun: run)
        return Self.inputs(fields).mapValues(Self.withPlainLineEnds).filter { name, value in
            former[name].map { Self.withPlainLineEnds($0.displayString) != value } ?? true
        }
    }

    private static func withPlainLineEnds(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }

    private static func inputs(_ fields: FormFields) -> [String: String] {
        var inputs: [String: String] = [:]
        for (name, value) in fields.pairs where name.hasPrefix("input.") { inputs[String(name.dropFirst(6))] = value }
        return inputs
    }

    /// Lines of `NAME=VALUE`; blanks around a name and empty lines are nothing.
    private static func variables(_ text: String) throws(WebProblem) -> [String: String] {
        var variables: [String: String] = [:]
        for (index, line) in withPlainLineEnds(text).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            guard let sign = line.firstIndex(of: "=") else {
                throw WebProblem(.badRequest, "Line \(index + 1) of the variables has no \"=\": write NAME=VALUE.")
            }
            let name = String(line[..<sign].filter { !$0.isWhitespace })
            guard !name.isEmpty else {
                throw WebProblem(.badRequest, "Line \(index + 1) of the variables has no name before \"=\".")
            }
            guard variables.updateValue(String(line[line.index(after: sign)...]), forKey: name) == nil else {
                throw WebProblem(.badRequest, "Line \(index + 1) of the variables gives \(name) again.")
            }
        }
        return variables
    }

    /// Inputs are the fields `input.NAME`; of a checkbox the last value counts, after a hidden `false`. `variables` are those of a
    /// build, which declares none.
    ///
    /// What was not started is shown again in a browser, to be mended and sent once more.
    func dispatch(_ request: WebRequest) async throws -> Response {
        do {
            return shown(try await dispatched(request))
        } catch let error as OperationError where request.prefersPage {
            return try await RepositoryPage(site).again(request, problem: WebProblem(error))
        } catch let problem as WebProblem where request.prefersPage {
            return try await RepositoryPage(site).again(request, problem: problem)
        }
    }

    private func dispatched(_ request: WebRequest) async throws -> Run {
        let fields = request.form
        guard let workflow = fields.filled("workflow") else { throw WebProblem(.badRequest, "Choose a workflow.") }
        let inputs = Self.inputs(fields).merging(try Self.variables(fields["variables"] ?? "")) { $1 }
        return try await site.operations.dispatch(
            repository: request.parameter("name"), workflow: workflow, ref: fields.filled("ref"), inputs: inputs,
            options: AttemptOptions(pausesOnFailure: fields["pause_on_failure"] == "true"),
            actor: request.actor)
    }

    func poll(_ request: WebRequest) async throws -> Response {
        let name = request.parameter("name")
        try await site.operations.poll(repository: name, actor: request.actor)
        return Response(
            status: .seeOther,
            headers: [.location: "/repositories/\(RepositoryPath.encoded(name))"])
    }

    func removeArtifact(_ request: WebRequest) async throws -> Response {
        let artifact = try site.readable(try await site.artifact(try request.id()))
        try await site.operations.remove(artifact, actor: request.actor)
        return shown(try await site.run(artifact.runID))
    }

    func removeCache(_ request: WebRequest) async throws -> Response {
        let entry = try await site.cache(try request.id())
        try await site.operations.remove(entry, actor: request.actor)
        site.changes.note(StoreChange(kind: .caches, repository: entry.repository))
        let path = RepositoryPath.encoded(entry.repository)
        return Response(status: .seeOther, headers: [.location: "/repositories/\(path)/caches"])
    }

    func rollBack(_ request: WebRequest) async throws -> Response {
        let reason = try ApprovalEndpoints.comment(request.form.filled("reason"))
        return shown(try await site.operations.rollBack(deployment: try request.id(), reason: reason, actor: request.actor))
    }

    func rollBackEnvironment(_ request: WebRequest) async throws -> Response {
        let reason = try EnvironmentEndpoints.reason(request.form.filled("reason"))
        return shown(
            try await site.operations.restore(environmentDeployment: try request.id(), reason: reason, actor: request.actor))
    }

    private func shown(_ run: Run) -> Response {
        // The page that follows must show it, whether the store's news has arrived here or not.
        site.changes.note(StoreChange(kind: .run, runID: run.id, repository: run.repository))
        return Response(status: .seeOther, headers: [.location: "/runs/\(run.id)"])
    }
}
