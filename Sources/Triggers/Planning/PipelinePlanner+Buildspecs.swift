internal import Buildspecs
internal import Diagnostics
internal import Git
internal import Plan
internal import Store

extension PipelinePlanner {
    /// Adds the runs of buildspecs that an event starts, and the reasons of those that it doesn't.
    func planBuildspecs(_ event: Event, commit information: Commit, into outcome: inout Outcome) throws(GitError) {
        let meant = buildspecs.filter { event.workflow.map($0.isNamed) ?? true }
        guard !meant.isEmpty else { return }
        outcome.missing = nil
        let defaultBranch = try mirror.defaultBranch()
        for watched in meant {
            if let reason = watched.refusal(of: event, defaultBranch: defaultBranch) {
                if event.name == "push" || event.workflow != nil {
                    outcome.skipped.append(SkippedPipeline(path: watched.path, reason: reason))
                }
                continue
            }
            outcome.isAwaited = true
            guard let document = try document(of: watched) else {
                outcome.skipped.append(
                    SkippedPipeline(path: watched.path, reason: "the commit has no file \"\(watched.path)\""))
                continue
            }
            outcome.runs.append(run(document, of: watched, event: event, commit: information))
        }
    }

    /// Says that there is a buildspec which nothing runs, where nothing else is to be said.
    func remarkOnUnusedBuildspec(_ outcome: inout Outcome) throws(GitError) {
        guard outcome.runs.isEmpty, outcome.skipped.isEmpty, outcome.missing == nil, buildspecs.isEmpty else { return }
        for name in BuildspecReader.fileNames where try mirror.file(at: name, in: commit) != nil {
            outcome.refusal =
                "the commit has a \(name), but no pipeline files; \"buildspecs\" of the repository's settings says when it runs"
            return
        }
    }

    private func document(of watched: WatchedBuildspec) throws(GitError) -> BuildspecDocument? {
        guard let bytes = try mirror.file(at: watched.path, in: commit) else { return nil }
        return BuildspecReader.read(
            text: String(decoding: bytes, as: UTF8.self), path: watched.path, runsBatch: watched.project.runsBatch
        ) { name in
            ((try? mirror.file(at: name, in: commit)) ?? nil).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func run(
        _ document: BuildspecDocument, of watched: WatchedBuildspec, event: Event, commit: Commit
    ) -> NewRun {
        var run = Run(
            repository: event.repository, workflow: watched.project.name ?? document.path, workflowPath: document.path,
            title: defaultTitle(event, commit: commit), event: event.name, ref: event.ref, commit: event.commit,
            actor: event.actor, createdAt: event.receivedAt)
        run.diagnostics = document.diagnostics
        let plan = document.plan(for: watched.project)
        if let plan, plan.obstacles.isEmpty { return NewRun(run: run, plan: plan, jobs: plan.makeJobs(at: event.receivedAt)) }
        let obstacles = Set(plan?.obstacles ?? [])
        let errors = document.diagnostics.count { $0.severity == .error }
        run.status = .completed
        run.conclusion = .refused
        run.finishedAt = event.receivedAt
        run.diagnostics = document.diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            if obstacles.contains(diagnostic) { diagnostic.severity = .error }
            return diagnostic
        }
        run.reason =
            errors > 0
            ? "\(document.path) has \(errors == 1 ? "1 mistake" : "\(errors) mistakes"): nothing was executed"
            : "\(document.path) needs what is not supported yet: nothing was executed"
        return NewRun(run: run, plan: plan, jobs: [])
    }
}
