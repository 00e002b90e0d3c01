internal import Expressions
public import Plan

extension Store {
    /// Whether what happens to the repository's runs is kept for pipelines that follow them, from now on.
    public func setFollowsRuns(_ follows: Bool, of repository: String) async throws(StoreError) {
        try await write("note whether pipelines of \(repository) follow its runs") { database, _ in
            try RepositoriesTable.add(repository, database)
            try RepositoriesTable.setFollowsRuns(follows, of: repository, database)
        }
    }

    /// What happened to a repository's runs and was not dealt with, in its order. It is dealt with by an event with the key
    /// `runActivity`, or `forgetRunActivity`.
    public func runActivities(of repository: String, limit: Int) async throws(StoreError) -> [RunActivity] {
        try await read("read what happened to runs of \(repository)") { database in
            try RunActivitiesTable.all(of: repository, limit: max(limit, 1), database)
        }
    }

    /// Deals with an activity that no pipeline follows.
    public func forgetRunActivity(_ id: Int64) async throws(StoreError) {
        try await write("forget what happened to a run") { database, _ in
            _ = try RunActivitiesTable.remove(id, database)
        }
    }

    /// How many runs were started one by the end, or the beginning, of the other until this one: 0 for a run that none started.
    ///
    /// - Parameter limit: where counting stops.
    public func followingDepth(ofRun id: Int64, limit: Int) async throws(StoreError) -> Int {
        try await read("read how run \(id) came to be") { database in
            var (depth, next) = (0, id)
            while depth < limit, let run = try RunsTable.run(next, database), run.event == RunActivity.event,
                let cause = try EventsTable.event(run.eventID, database)?.followedRun
            {
                depth += 1
                next = cause
            }
            return depth
        }
    }
}

extension RunActivity {
    /// The name of the event that tells of it.
    public static let event = "workflow_run"
}

extension Event {
    /// The run that a `workflow_run` event tells of.
    public var followedRun: Int64? {
        guard name == RunActivity.event, case .number(let id)? = payload["workflow_run"]?["id"] else { return nil }
        return Int64(exactly: id)
    }
}
