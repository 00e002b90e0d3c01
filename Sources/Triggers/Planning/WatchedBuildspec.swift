public import Buildspecs
internal import Plan
internal import Workflows

/// A buildspec of a repository that the settings have run, and on what: a buildspec itself says nothing of that.
public struct WatchedBuildspec: Sendable, Equatable {
    /// The file, from the repository's root.
    public var path: String
    /// Patterns as in `on.push.branches`; nil: the default branch only.
    public var branches: [String]?
    /// The same for tags; no tag where there are none.
    public var tags: [String]
    /// Whether pull requests to those branches run it.
    public var runsPullRequests: Bool
    public var project: BuildspecProject

    public init(
        path: String, branches: [String]? = nil, tags: [String] = [], runsPullRequests: Bool = false,
        project: BuildspecProject = BuildspecProject()
    ) {
        self.path = path
        self.branches = branches
        self.tags = tags
        self.runsPullRequests = runsPullRequests
        self.project = project
    }

    /// Whether an operator who names a pipeline means this one.
    func isNamed(_ name: String) -> Bool {
        path == name || project.name == name || path.split(separator: "/").last.map(String.init) == name
    }

    /// Why an event does not run it; nil where it does.
    ///
    /// - Parameter defaultBranch: the full ref.
    func refusal(of event: Event, defaultBranch: String?) -> String? {
        switch event.name {
        case "workflow_dispatch": return event.workflow.map(isNamed) == true ? nil : "another pipeline was started"
        case "push":
            if let tag = event.reference.tag { return refusal(of: "tag", tag, patterns: tags) }
            guard let branch = event.branch else { return "the settings run it for branches and tags" }
            return refusal(ofBranch: branch, defaultBranch: defaultBranch)
        case "pull_request":
            guard runsPullRequests else { return "the settings don't run it for pull requests" }
            guard ["opened", "synchronize", "reopened"].contains(event.activity ?? "") else {
                return "a pull request runs it when it is opened or gets new commits"
            }
            return refusal(ofBranch: event.baseBranch ?? "", defaultBranch: defaultBranch)
        default: return "the settings run it for pushes\(runsPullRequests ? " and pull requests" : "")"
        }
    }

    private func refusal(ofBranch branch: String, defaultBranch: String?) -> String? {
        if let branches { return refusal(of: "branch", branch, patterns: branches) }
        guard let name = defaultBranch.map({ GitReference($0) })?.branch else { return nil }
        return name == branch ? nil : "the settings run it for the default branch (\(name)) only"
    }

    private func refusal(of kind: String, _ name: String, patterns: [String]) -> String? {
        guard !patterns.isEmpty else { return "the settings run it for no \(kind)" }
        if FilterList(patterns, kind: .ref).includes(name) { return nil }
        return "the \(kind) \"\(name)\" is none that the settings run it for (\(patterns.joined(separator: ", ")))"
    }
}
