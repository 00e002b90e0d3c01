/// What steps set for those after them: variables through `GITHUB_ENV`, folders through `GITHUB_PATH`.
///
/// Every step works on a copy. What it changed is applied to the job's when it ends, or, in the background, when it is waited for.
struct JobVariables: Sendable {
    private(set) var environment: [String: String]
    /// The last one first.
    private(set) var pathEntries: [String] = []
    private(set) var changes = Changes()

    struct Changes: Sendable {
        fileprivate var environment: [String: String] = [:]
        fileprivate var pathEntries: [String] = []
    }

    init(environment: [String: String] = [:]) { self.environment = environment }

    /// The same, with no changes yet.
    var copy: JobVariables {
        var copy = self
        copy.changes = Changes()
        return copy
    }

    mutating func set(_ name: String, to value: String) {
        environment[name] = value
        changes.environment[name] = value
    }

    /// Folders as a step wrote them: the last one is looked in first.
    mutating func prepend(_ folders: [String]) {
        pathEntries = folders.reversed() + pathEntries
        changes.pathEntries = folders.reversed() + changes.pathEntries
    }

    mutating func apply(_ changes: Changes) {
        environment.merge(changes.environment) { $1 }
        pathEntries = changes.pathEntries + pathEntries
        self.changes.environment.merge(changes.environment) { $1 }
        self.changes.pathEntries = changes.pathEntries + self.changes.pathEntries
    }
}
