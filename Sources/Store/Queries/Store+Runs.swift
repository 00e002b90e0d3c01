public import Expressions
public import Plan

extension Store {
    /// A page of runs, newest first. Following `next` yields every run once, also while new ones are made.
    public func runs(_ filter: RunFilter = RunFilter()) async throws(StoreError) -> RunPage {
        try await read("list runs") { database in try RunsTable.page(filter, database) }
    }

    public func run(_ id: Int64) async throws(StoreError) -> Run? {
        try await read("read run \(id)") { database in try RunsTable.run(id, database) }
    }

    /// Whether a commit of a repository has a run that is still kept.
    public func hasRun(of repository: String, commit: String) async throws(StoreError) -> Bool {
        try await read("look for a run of \(commit)") { database in
            try RunsTable.hasRun(of: repository, commit: commit, database)
        }
    }

    /// The inputs that a run was started with by hand; empty for any other run.
    public func inputs(ofRun id: Int64) async throws(StoreError) -> ExpressionObject {
        try await read("read the inputs of run \(id)") { database in try EventsTable.inputs(ofRun: id, database) }
    }

    /// The attempts at a run before its newest one, the first one first.
    public func earlierAttempts(ofRun id: Int64) async throws(StoreError) -> [RunAttempt] {
        try await read("read the attempts at run \(id)") { database in try AttemptsTable.all(ofRun: id, database) }
    }

    /// The plan that the run follows; nil where there is no such run or its file could not be read as a pipeline.
    public func plan(ofRun id: Int64) async throws(StoreError) -> RunPlan? {
        try await read("read the plan of run \(id)") { database in
            try RunsTable.planID(ofRun: id, database).flatMap { try PlansTable.plan($0, database) }
        }
    }

    /// Every repository that the store knows, by name, with its newest runs.
    ///
    /// - Parameter latest: how many runs of each.
    public func repositoryOverviews(latest: Int = 5) async throws(StoreError) -> [RepositoryOverview] {
        try await read("read the repositories") { database in
            try RepositoriesTable.names(database).map { name in
                RepositoryOverview(
                    name: name, runs: try RunsTable.newest(of: name, limit: latest, database),
                    remote: try RemotesTable.status(of: name, database))
            }
        }
    }
}
