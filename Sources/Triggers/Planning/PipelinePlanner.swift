internal import Diagnostics
internal import Expressions
internal import FoundationEssentials
internal import Git
internal import Pipelines
internal import Plan
internal import Store
internal import Workflows

/// Reads the pipeline files of a commit and decides which of them an event starts. Blocks; nothing is checked out.
struct PipelinePlanner {
    static let folders = [".github/workflows", ".slipway"]

    /// What became of the files.
    struct Outcome {
        var runs: [NewRun] = []
        var skipped: [SkippedPipeline] = []
        /// The only pipeline that the event is meant for, where the commit does not have it.
        var missing: String?
        /// Whether any file has the event in its `on`.
        var isAwaited = false
        /// Why nothing is started though it is triggered.
        var refusal: String?

        var reason: String? {
            if !runs.isEmpty { return nil }
            if let refusal { return refusal }
            if let missing { return "the commit has no pipeline \"\(missing)\", which the event is meant for" }
            return skipped.isEmpty ? "the commit has no pipeline files" : "no pipeline is triggered"
        }
    }

    let mirror: Mirror
    let commit: ObjectID
    /// `vars`, for `run-name`.
    var variables = ExpressionObject()
    /// Gives the workflows of other repositories; nil where they can't be fetched.
    var workflows: (any CalledWorkflows)?
    /// Those of the settings.
    var buildspecs: [WatchedBuildspec] = []
    /// Those of stages that the settings have.
    var pipelines: [WatchedPipeline] = []

    /// The pipeline files of the commit, in the order of their paths, and the pipelines of the settings; the workflows that
    /// workflows call are not read.
    func documents() throws(GitError) -> [WorkflowDocument] {
        let others = MirrorCalledWorkflows(mirror: mirror, commit: commit)
        var documents: [WorkflowDocument] = []
        for folder in Self.folders {
            let files =
                try mirror.files(under: folder, in: commit, matching: ["yml", "yaml"])
                .sorted { $0.path < $1.path }
            for file in files {
                let text = String(decoding: file.bytes, as: UTF8.self)
                documents.append(
                    PipelineReader.isPipeline(path: file.path, text: text)
                        ? PipelineReader.read(text: text, path: file.path, files: others)
                        : WorkflowReader.read(text: text, path: file.path))
            }
        }
        return documents + pipelines.map { PipelineReader.read(text: $0.text, path: $0.path, files: others) }
    }

    func plan(_ event: Event) throws(GitError) -> Outcome {
        let information = try mirror.commit(commit)
        let documents = try documents()
        var outcome = Outcome()
        var paths: [String]??
        let calls = CallReader(MirrorCalledWorkflows(mirror: mirror, commit: commit, others: workflows))
        // What an event is not meant for has nothing to say about it.
        let meant = documents.filter { document in
            event.workflow.map { document.path == $0 || document.workflow?.isNamed($0) ?? false } ?? true
        }
        if meant.isEmpty { outcome.missing = event.workflow }
        outcome.isAwaited = meant.contains { $0.workflow?.awaits(event) ?? false }
        for document in meant {
            guard let workflow = document.workflow else {
                if event.name == "push" {
                    outcome.runs.append(refused(document, event: event, commit: information))
                }
                continue
            }
            let decision: TriggerDecision
            switch workflow.evaluation(of: event, commit: CommitInfo(message: information.message)) {
            case .decided(let decided): decision = decided
            case .dependsOnPaths(let condition):
                if paths == nil { paths = .some(try changedPaths(of: event)) }
                decision = condition.decision(forChangesTo: paths ?? nil)
            }
            if decision.isTriggered {
                outcome.runs.append(run(calls.follow(document), event: event, commit: information))
            } else if event.name == "push", workflow.hasBrokenTriggers {
                outcome.runs.append(refused(document, event: event, commit: information))
            } else {
                outcome.skipped.append(SkippedPipeline(path: document.path, reason: decision.reason))
            }
        }
        try planBuildspecs(event, commit: information, into: &outcome)
        try remarkOnUnusedBuildspec(&outcome)
        return outcome
    }

    /// What the event changed, as GitHub's path filters see it; nil where that can't be known, or is too much to look at.
    ///
    /// - A pull request: what it adds since it left its base branch, and not what that got meanwhile (a diff with three dots).
    /// - A push: the difference to where the ref stood; of a new branch all that it adds to the default branch.
    private func changedPaths(of event: Event) throws(GitError) -> [String]? {
        if let branch = event.baseBranch {
            let head = known(event.payload["pull_request"]?["head"]?["sha"]) ?? commit
            var tip = known(event.payload["pull_request"]?["base"]?["sha"])
            if tip == nil { tip = try mirror.target(of: "refs/heads/\(branch)") }
            // Once it is merged, its base has all of it: what it added can't be told any more.
            guard let tip, let fork = try mirror.mergeBase(of: tip, and: head), fork != head else { return nil }
            return try mirror.changedPaths(from: fork, to: head)
        }
        if let before = event.before, let old = known(.string(before)) {
            return try mirror.changedPaths(from: old, to: commit)
        }
        let parent = try mirror.commit(commit).parents.first
        return try mirror.changedPaths(from: try startOfNewBranch(event.ref) ?? parent, to: commit)
    }

    /// A commit that the mirror has.
    private func known(_ value: ExpressionValue?) -> ObjectID? {
        guard case .string(let text)? = value, let id = ObjectID(text), (try? mirror.commit(id)) != nil else { return nil }
        return id
    }

    /// Where a branch leaves the default branch; nil for the default branch itself, and for one that adds nothing to it.
    private func startOfNewBranch(_ ref: String) throws(GitError) -> ObjectID? {
        guard ref.hasPrefix("refs/heads/"), let usual = try mirror.defaultBranch(), usual != ref,
            let tip = try mirror.target(of: usual), let fork = try mirror.mergeBase(of: tip, and: commit)
        else { return nil }
        return fork == commit ? nil : fork
    }

    // MARK: - Runs

    private func run(_ document: WorkflowDocument, event: Event, commit: Commit) -> NewRun {
        guard var plan = document.plan, plan.obstacles.isEmpty else {
            return refused(document, event: event, commit: commit)
        }
        if plan.dialect == .pipeline {
            plan.sourceCommit = SourceCommit(message: commit.message, author: commit.author.name)
        }
        var run = newRun(document, event: event, commit: commit)
        run.title = title(of: plan, event: event, commit: commit)
        run.diagnostics = plan.notices
        return NewRun(run: run, plan: plan, jobs: plan.makeJobs(at: event.receivedAt))
    }

    private func refused(_ document: WorkflowDocument, event: Event, commit: Commit) -> NewRun {
        var run = newRun(document, event: event, commit: commit)
        let errors = document.diagnostics.count { $0.severity == .error }
        run.status = .completed
        run.conclusion = .refused
        run.finishedAt = event.receivedAt
        // What a check only warns of, because another version may have it, is what this one refuses the run for.
        let obstacles = Set(document.plan?.obstacles ?? [])
        run.diagnostics = document.diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            if obstacles.contains(diagnostic) { diagnostic.severity = .error }
            return diagnostic
        }
        let mistakes = errors == 1 ? "1 mistake" : "\(errors) mistakes"
        run.reason =
            errors > 0
            ? "\(document.path) has \(mistakes): nothing was executed"
            : "\(document.path) needs what is not supported yet: nothing was executed"
        return NewRun(run: run, plan: document.plan, jobs: [])
    }

    private func newRun(_ document: WorkflowDocument, event: Event, commit: Commit) -> Run {
        Run(
            repository: event.repository, workflow: document.workflow?.displayName ?? document.path,
            workflowPath: document.path, title: defaultTitle(event, commit: commit), event: event.name, ref: event.ref,
            commit: event.commit, actor: event.actor, createdAt: event.receivedAt)
    }

    private func title(of plan: RunPlan, event: Event, commit: Commit) -> String {
        let fallback = defaultTitle(event, commit: commit)
        guard let template = plan.title else { return fallback }
        let context = EvaluationContext(contexts: [
            "github": [
                "actor": .string(event.actor), "ref": .string(event.ref), "sha": .string(event.commit),
                "ref_name": .string(event.reference.shortName), "event_name": .string(event.name), "event": event.payload,
            ],
            "inputs": .object(event.inputs), "vars": .object(variables),
        ])
        let title = (try? template.text(in: context)) ?? ""
        return title.allSatisfy(\.isWhitespace) ? fallback : title
    }

    func defaultTitle(_ event: Event, commit: Commit) -> String {
        if case .string(let title)? = event.payload["pull_request"]?["title"] { return title }
        return commit.title
    }
}
