internal import Plan
internal import Store

/// How the pipelines of a repository stand on its default branch, the worst first.
struct BranchState: Sendable {
    /// Nil where the default branch is not known: then of any ref.
    let branch: String?
    let workflows: [WorkflowState]

    init(branch: String?, workflows: [WorkflowState]) {
        self.branch = branch
        self.workflows = workflows.enumerated().sorted { left, right in
            let (worse, better) = (left.element, right.element)
            if worse.mood.gravity != better.mood.gravity { return worse.mood.gravity > better.mood.gravity }
            if worse.isUnderWay != better.isUnderWay { return worse.isUnderWay }
            return left.offset < right.offset
        }.map(\.element)
    }

    var isFailing: Bool { workflows.contains { $0.verdict?.conclusion?.isFailure ?? false } }
    var isUnderWay: Bool { workflows.contains(where: \.isUnderWay) }

    /// That of the worst; of what runs where nothing is broken. Nil where nothing ever ran.
    var mood: Mood? {
        guard let worst = workflows.first else { return nil }
        if worst.mood.gravity > 0 { return worst.mood }
        return workflows.first(where: \.isUnderWay).map { Mood($0.newest) } ?? worst.mood
    }

    /// ` on main`
    var place: String { branch.map { " on \($0)" } ?? "" }
}

extension WorkflowState {
    /// What the last run that has a verdict says: one that runs now does not hide that the last one failed.
    var mood: Mood { Mood(verdict ?? newest) }
    var isUnderWay: Bool { newest.status != .completed }

    /// The pipeline's name; of one without, its file's.
    var name: String { newest.workflowName ?? newest.workflowPath.fileName }

    /// The run to look at: the one that is broken, else the newest.
    var shown: Run { mood.gravity > Mood(newest).gravity ? verdict ?? newest : newest }
}

extension Run {
    /// Nil for a pipeline that gives itself no name: its path is shown already.
    var workflowName: String? { workflow == workflowPath ? nil : workflow }
}

extension String {
    var fileName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}

extension WebSite {
    func branchState(of repository: RepositoryDescription) async throws -> BranchState {
        try await branchStates(of: [repository])[repository.name] ?? BranchState(branch: nil, workflows: [])
    }

    func branchStates(of repositories: [RepositoryDescription]) async throws -> [String: BranchState] {
        let found = try await store.workflowStates(
            repositories.map { repository in
                WorkflowStateQuery(
                    repository: repository.name, branch: repository.defaultBranch, paths: repository.pipelines.map(Set.init))
            })
        return Dictionary(
            repositories.map { repository in
                (repository.name, BranchState(branch: repository.defaultBranch, workflows: found[repository.name] ?? []))
            }, uniquingKeysWith: { first, _ in first })
    }
}

/// A pipeline's state as a mark with its name.
enum WorkflowMark {
    static func html(_ states: [WorkflowState]) -> String { states.map(mark).joined() }

    private static func mark(_ state: WorkflowState) -> String {
        let mood = state.mood
        let name = HTMLText.escaped(state.name)
        let running = state.isUnderWay && state.verdict != nil ? Mood(state.newest).icon : ""
        let under = running.isEmpty ? "" : ", run \(state.newest.id) is under way"
        return """
            <li><a class="state mood-\(mood.name)" href="/runs/\(state.shown.id)" \
            title="\(name): \(mood.label)\(under)">\(mood.icon)<span class="state-name">\(name)</span>\(running)</a></li>
            """
    }
}
