internal import FoundationEssentials
public import Plan

/// A pipeline on a branch.
public struct BranchPipeline: Hashable, Sendable {
    public var repository: String
    /// The file.
    public var workflowPath: String
    /// Without `refs/heads/`.
    public var branch: String

    public init(repository: String, workflowPath: String, branch: String) {
        self.repository = repository
        self.workflowPath = workflowPath
        self.branch = branch
    }
}

/// A pipeline that is broken on a branch: its last run with a verdict failed.
public struct FailureStreak: Equatable, Sendable {
    /// The newest run that failed.
    public var newest: Run
    /// The run with which it began to fail: the commit to look at.
    public var first: Run
    /// How many failed, one after the other.
    public var count: Int
    /// Whether the history was followed to the last good run, or to its beginning. Else `first` is only the oldest one looked at.
    public var isWhole: Bool

    public init(newest: Run, first: Run, count: Int, isWhole: Bool) {
        self.newest = newest
        self.first = first
        self.count = count
        self.isWhole = isWhole
    }
}

extension Store {
    /// Of these branches the ones that are broken, in the order given.
    public func failureStreaks(of branches: [BranchPipeline]) async throws(StoreError) -> [FailureStreak] {
        try await read("read since when branches are broken") { database in
            try branches.compactMap { try RunsTable.failureStreak(of: $0, database) }
        }
    }

    /// How many seconds a run of a pipeline usually takes: the median of its last successful runs. Pipelines without any are
    /// missing.
    public func usualDurations(
        of pipelines: Set<WorkflowFile>
    ) async throws(StoreError) -> [WorkflowFile: Double] {
        try await read("read how long runs take") { database in
            var durations: [WorkflowFile: Double] = [:]
            for pipeline in pipelines { durations[pipeline] = try RunsTable.usualDuration(of: pipeline, database) }
            return durations
        }
    }
}

/// A pipeline's file in its repository.
public struct WorkflowFile: Hashable, Sendable {
    public var repository: String
    public var path: String

    public init(repository: String, path: String) {
        self.repository = repository
        self.path = path
    }
}
