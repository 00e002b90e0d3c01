internal import Execution

/// What a setup action leaves for its post step, which keeps the packages that the job fetched.
struct PackageCacheState {
    let key: String
    let isExact: Bool
    let paths: [String]

    init(key: String, isExact: Bool, paths: [String]) {
        self.key = key
        self.isExact = isExact
        self.paths = paths
    }

    /// Nil where the step used no cache.
    init?(_ state: [String: String]) {
        guard let key = state["cache-key"], let paths = state["cache-paths"] else { return nil }
        self.key = key
        isExact = state["cache-hit"] == "true"
        self.paths = paths.split(separator: "\n").map(String.init)
    }

    var state: [String: String] {
        ["cache-key": key, "cache-paths": paths.joined(separator: "\n"), "cache-hit": isExact ? "true" : "false"]
    }

    /// Keeps the packages after a job that succeeded.
    func save(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard invocation.jobSucceeded else {
            invocation.log("The job did not succeed: no cache is saved")
            return ActionResult()
        }
        guard !isExact else {
            invocation.log("Cache hit occurred on the primary key \(key), not saving cache.")
            return ActionResult()
        }
        let saved = try JobCache(invocation, paths: paths).save(key: key)
        return ActionResult(annotations: saved.annotations, storage: saved.storage)
    }
}
