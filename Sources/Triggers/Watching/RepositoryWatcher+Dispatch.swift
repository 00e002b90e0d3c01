internal import Buildspecs
internal import Diagnostics
internal import Expressions
public import Git
public import Plan
public import Store
public import Workflows

extension RepositoryWatcher {
    /// A branch or tag and its commit.
    struct Head: Sendable {
        var ref: String
        var commit: ObjectID
    }

    /// Starts a pipeline by hand.
    ///
    /// - Parameters:
    ///   - workflow: the file's path, its name, or the pipeline's name.
    ///   - ref: as an operator types it; nil: the branch that the pipeline's source is, else the default branch.
    ///   - inputs: as texts; the pipeline's declaration types them.
    /// - Throws: `notFound` for an unknown ref or pipeline; `invalid` for one without `workflow_dispatch`, with mistakes,
    ///   or for inputs that don't fit.
    public func dispatch(
        workflow: String, ref: String?, inputs: [String: String], options: AttemptOptions = AttemptOptions(), actor: String
    ) async throws(TriggerError) -> RunState {
        try await turn { () async throws(TriggerError) in
            try await makeDispatch(
                workflow: workflow, ref: ref, inputs: inputs, actor: actor, source: .operator, deliveryID: nil, options: options)
        }
    }

    /// Starts the pipeline of a run that was started by hand again, at the same commit, with other inputs.
    ///
    /// - Parameters:
    ///   - inputs: those that change; the others are as they were.
    ///   - reason: of the new run, for the record.
    public func dispatchAgain(
        _ state: RunState, inputs: [String: String], reason: String, options: AttemptOptions, actor: String
    ) async throws(TriggerError) -> RunState {
        let run = state.run
        guard run.event == "workflow_dispatch" else {
            throw TriggerError(.invalid, "run \(run.id) was not started by hand: it has no inputs that could change")
        }
        try Self.checkIsBranchOrTag(run.ref)
        guard let commit = ObjectID(run.commit) else {
            throw TriggerError(.invalid, "\"\(run.commit)\" of run \(run.id) is no commit")
        }
        var all = Dictionary(
            state.event.inputs.pairs.map { ($0.key, $0.value.displayString) }, uniquingKeysWith: { first, _ in first })
        all.merge(inputs) { $1 }
        let merged = all
        return try await turn { () async throws(TriggerError) in
            try await makeDispatch(
                workflow: state.event.workflow ?? run.workflowPath, at: Head(ref: run.ref, commit: commit), inputs: merged,
                actor: actor, source: .rerun, deliveryID: nil
            ) { made in
                made.attemptReason = reason
                made.take(options)
            }
        }
    }

    /// Behind the refs of pull requests there may be code of strangers, for which nobody has vouched.
    private static func checkIsBranchOrTag(_ name: String) throws(TriggerError) {
        guard name.hasPrefix("refs/"), !name.hasPrefix("refs/heads/"), !name.hasPrefix("refs/tags/") else { return }
        throw TriggerError(.invalid, "\(name) is neither a branch nor a tag: only these can be started by hand")
    }

    /// The pipelines of the default branch that can be started by hand.
    public func dispatchableWorkflows() async throws(TriggerError) -> [Workflow] {
        let head = try await headOfDefaultBranch()
        return try await documents(at: head.commit).compactMap(\.workflow).filter(\.isDispatchable)
    }

    /// The names by which the buildspecs of the settings can be started by hand; whether their files are there, a start tells.
    public func dispatchableBuildspecs() -> [String] { repository.buildspecs.map { $0.project.name ?? $0.path } }

    /// The text of a file at a commit; nil where it is gone.
    public func text(of path: String, at commit: String) async -> String? {
        let mirrorPath = repository.mirrorPath
        let bytes = try? await readingQueue.run { () throws(GitError) -> [UInt8]? in
            guard let id = ObjectID(commit) else { return nil }
            return try Mirror.open(existing: mirrorPath).file(at: path, in: id)
        }
        return (bytes ?? nil).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The commits of one history that another does not have, the newest first; nil where one of the two is gone.
    public func commits(of tip: String, notOf base: String, limit: Int) async -> [Commit]? {
        let mirrorPath = repository.mirrorPath
        return try? await readingQueue.run { () throws(GitError) -> [Commit]? in
            guard let tip = ObjectID(tip), let base = ObjectID(base) else { return nil }
            return try Mirror.open(existing: mirrorPath).commits(of: tip, notOf: base, limit: limit)
        }
    }

    func makeDispatch(
        workflow name: String, ref: String?, inputs: [String: String], actor: String, source: Event.Source,
        deliveryID: Int64?, options: AttemptOptions = AttemptOptions()
    ) async throws(TriggerError) -> RunState {
        if let ref { try Self.checkIsBranchOrTag(ref) }
        var head = try await head(of: ref)
        if ref == nil, let branch = try await sourceBranch(ofPipeline: name, at: head.commit) {
            head = try await self.head(of: "refs/heads/\(branch)")
        }
        return try await makeDispatch(
            workflow: name, at: head, inputs: inputs, actor: actor, source: source, deliveryID: deliveryID,
            mark: { $0.take(options) })
    }

    /// Where the newest commit is that a release of a pipeline of stages takes; nil: in the default branch.
    private func sourceBranch(ofPipeline name: String, at commit: ObjectID) async throws(TriggerError) -> String? {
        try await documents(at: commit).first { $0.path == name || $0.workflow?.isNamed(name) ?? false }?.workflow?.sourceBranch
    }

    private func makeDispatch(
        workflow name: String, at head: Head, inputs: [String: String], actor: String, source: Event.Source,
        deliveryID: Int64?, mark: @Sendable (inout Run) -> Void = { _ in }
    ) async throws(TriggerError) -> RunState {
        let documents = try await documents(at: head.commit)
        let candidates = documents.filter { $0.path == name || $0.workflow?.isNamed(name) ?? false }
        guard let document = candidates.first else {
            if let buildspec = repository.buildspecs.first(where: { $0.isNamed(name) }) {
                return try await startBuild(
                    of: buildspec, at: head, variables: inputs, actor: actor, source: source, deliveryID: deliveryID, mark: mark)
            }
            let known = (documents.map(\.path) + repository.buildspecs.map(\.path)).joined(separator: ", ")
            throw TriggerError(
                .notFound, "there is no pipeline \"\(name)\" at \(head.ref); there are: \(known.isEmpty ? "none" : known)")
        }
        guard let workflow = document.workflow, document.isAccepted else {
            throw TriggerError(
                .invalid, "\(document.path) has mistakes: nothing was started", diagnostics: document.diagnostics)
        }
        guard workflow.isDispatchable else {
            throw TriggerError(
                .invalid, "\(document.path) can't be started by hand: add \"workflow_dispatch\" to its \"on\"")
        }
        let (values, problems) = DispatchInputs.resolve(given: inputs, declared: workflow.dispatchInputs)
        guard problems.isEmpty else {
            throw TriggerError(.invalid, problems.map(\.message).joined(separator: "; "))
        }
        return try await startDispatch(
            of: document.path, at: head, inputs: values, actor: actor, source: source, deliveryID: deliveryID,
            mark: mark)
    }

    /// Starts a buildspec; what would be the inputs of a workflow are variables that go before the file's and the project's.
    private func startBuild(
        of buildspec: WatchedBuildspec, at head: Head, variables: [String: String], actor: String, source: Event.Source,
        deliveryID: Int64?, mark: @Sendable (inout Run) -> Void
    ) async throws(TriggerError) -> RunState {
        let pairs = variables.sorted { $0.key < $1.key }.map { ($0.key, ExpressionValue.string($0.value)) }
        return try await startDispatch(
            of: buildspec.project.name ?? buildspec.path, at: head, inputs: ExpressionObject(pairs, keyMatching: .exact),
            actor: actor, source: source, deliveryID: deliveryID, mark: mark)
    }

    private func startDispatch(
        of path: String, at head: Head, inputs: ExpressionObject, actor: String, source: Event.Source, deliveryID: Int64?,
        mark: @Sendable (inout Run) -> Void
    ) async throws(TriggerError) -> RunState {
        let repository = repository
        let receivedAt = now()
        var (event, outcome) = try await planned { _ throws(GitError) in
            Event(
                repository: repository.name, name: "workflow_dispatch", source: source, ref: head.ref,
                commit: head.commit.description, actor: actor,
                payload: [
                    "inputs": .object(inputs), "ref": .string(head.ref), "workflow": .string(path),
                    "repository": PushPayload.description(of: repository), "sender": ["login": .string(actor)],
                ],
                inputs: inputs, workflow: path, receivedAt: receivedAt)
        }
        for index in outcome.runs.indices { mark(&outcome.runs[index].run) }
        let recorded = try await record(
            event, outcome, key: deliveryID == nil ? .none : .delivery, deliveryID: deliveryID)
        guard let run = recorded.runs.first else {
            let reason = outcome.skipped.first { $0.path == path }?.reason ?? "it was told before"
            throw TriggerError(.invalid, "\(path) was not started: \(reason)")
        }
        return run
    }

    private func documents(at commit: ObjectID) async throws(TriggerError) -> [WorkflowDocument] {
        let (path, pipelines) = (repository.mirrorPath, repository.pipelines)
        do {
            return try await queue.run { () throws(GitError) in
                try PipelinePlanner(mirror: try Mirror.open(existing: path), commit: commit, pipelines: pipelines).documents()
            }
        } catch {
            throw TriggerError(.notFound, "\(error)")
        }
    }

    func headOfDefaultBranch() async throws(TriggerError) -> Head { try await head(of: nil) }

    func head(of name: String?) async throws(TriggerError) -> Head {
        let path = repository.mirrorPath
        let repositoryName = repository.name
        do {
            return try await queue.run { () throws(GitError) -> Head in
                let mirror = try Mirror.open(existing: path)
                if let name {
                    let names = name.hasPrefix("refs/") ? [name] : ["refs/heads/\(name)", "refs/tags/\(name)"]
                    for ref in names {
                        if let id = try mirror.target(of: ref), let commit = try mirror.peeled(id) {
                            return Head(ref: ref, commit: commit)
                        }
                    }
                    throw GitError(
                        .notFound, operation: "finding the ref", subject: name,
                        reason: "\(repositoryName) has neither a branch nor a tag of that name",
                        remedy: "Name one that was pushed, or the full ref.")
                }
                let branch = try mirror.defaultBranch() ?? "refs/heads/main"
                guard let id = try mirror.target(of: branch), let commit = try mirror.peeled(id) else {
                    throw GitError(
                        .notFound, operation: "finding the default branch", subject: branch,
                        reason: "\(repositoryName) has no commit there", remedy: "Push to it, or name a ref.")
                }
                return Head(ref: branch, commit: commit)
            }
        } catch {
            if let outage {
                throw TriggerError(.unavailable, outage + (name.map { " So far no \"\($0)\" of it is known." } ?? ""))
            }
            throw TriggerError(.notFound, "\(error)")
        }
    }

    /// Why there may be more than the mirror has; nil where the last look at the remote succeeded.
    private var outage: String? {
        if let error = status.error { return "\(repository.name) can't be reached: \(error)" }
        return status.lastSuccessAt == nil ? "\(repository.name) was not looked at yet: try again in a moment." : nil
    }
}
