internal import FoundationEssentials
internal import GRDB
internal import Plan

/// How branches stand, read from the newest entries of indexes.
extension RunsTable {
    /// Runs of a branch that are followed back to its last good one.
    private static let streakWindow = 200
    /// Runs of a pipeline that are looked at for how long one takes, and how many of them count.
    private static let durationWindow = 40
    private static let durationSamples = 11

    static func recentlyFailedBranches(since date: Date, limit: Int, _ database: Database) throws -> [BranchPipeline] {
        var found: [(id: Int64, branch: BranchPipeline)] = []
        for conclusion in Conclusion.allCases where conclusion.isFailure {
            let cursor = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT id, repository, workflow_path, branch, created_at FROM runs INDEXED BY runs_by_conclusion
                        WHERE conclusion = ? ORDER BY id DESC LIMIT ?
                        """), arguments: [conclusion.rawValue, limit])
            while let row = try cursor.next() {
                var columns = ColumnReader(row, of: "runs")
                let (id, repository): (Int64, String) = (try columns.next(), try columns.next())
                let (path, branch): (String, String?) = (try columns.next(), try columns.next())
                guard try columns.date() >= date else { break }
                if let branch {
                    found.append((id, BranchPipeline(repository: repository, workflowPath: path, branch: branch)))
                }
            }
        }
        var known: Set<BranchPipeline> = []
        return try found.sorted { $0.id > $1.id }.map(\.branch).filter { branch in
            guard known.insert(branch).inserted else { return false }
            return try !ReferencesTable.isGone("refs/heads/\(branch.branch)", of: branch.repository, database)
        }
    }

    static func failureStreak(of branch: BranchPipeline, _ database: Database) throws -> FailureStreak? {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT id, conclusion FROM runs INDEXED BY runs_by_repository_workflow_branch
                    WHERE repository = ? AND workflow_path = ? AND branch = ? ORDER BY id DESC LIMIT \(streakWindow)
                    """), arguments: [branch.repository, branch.workflowPath, branch.branch])
        var (failed, isGood, looked): ([Int64], Bool, Int) = ([], false, 0)
        while !isGood, let row = try cursor.next() {
            var columns = ColumnReader(row, of: "runs")
            let id: Int64 = try columns.next()
            looked += 1
            guard let conclusion: Conclusion = try columns.wordIfAny(), conclusion.isVerdict else { continue }
            if conclusion.isFailure { failed.append(id) } else { isGood = true }
        }
        guard let newest = try failed.first.flatMap({ try run($0, database) }),
            let first = try failed.last.flatMap({ try run($0, database) })
        else { return nil }
        return FailureStreak(
            newest: newest, first: first, count: failed.count, isWhole: isGood || looked < streakWindow)
    }

    static func usualDuration(of pipeline: WorkflowFile, _ database: Database) throws -> Double? {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT conclusion, started_at, finished_at FROM runs INDEXED BY runs_by_repository_workflow
                    WHERE repository = ? AND workflow_path = ? ORDER BY id DESC LIMIT \(durationWindow)
                    """), arguments: [pipeline.repository, pipeline.path])
        var seconds: [Double] = []
        while seconds.count < durationSamples, let row = try cursor.next() {
            var columns = ColumnReader(row, of: "runs")
            let conclusion: Conclusion? = try columns.wordIfAny()
            guard conclusion == .success, let start = try columns.dateIfAny(), let end = try columns.dateIfAny() else { continue }
            seconds.append(end.timeIntervalSince(start))
        }
        return seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2]
    }
}
