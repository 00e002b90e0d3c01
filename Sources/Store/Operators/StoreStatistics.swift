public import Plan

/// Numbers for the metrics page. They cost the same at any history.
public struct StoreStatistics: Equatable, Sendable {
    /// How many runs and jobs are now in each status but `completed`; a status without any is missing.
    public var unfinishedRuns: [Status: Int]
    public var unfinishedJobs: [Status: Int]
    /// How many ever ended so; it never falls, also when history is deleted. A rerun ends again.
    public var completedRuns: [Conclusion: Int]
    public var completedJobs: [Conclusion: Int]
    /// Webhooks that were acknowledged and not yet dealt with.
    public var pendingDeliveries: Int
    /// The size of the database file, without its write-ahead log.
    public var databaseBytes: Int64

    public init(
        unfinishedRuns: [Status: Int], unfinishedJobs: [Status: Int], completedRuns: [Conclusion: Int],
        completedJobs: [Conclusion: Int], pendingDeliveries: Int, databaseBytes: Int64
    ) {
        self.unfinishedRuns = unfinishedRuns
        self.unfinishedJobs = unfinishedJobs
        self.completedRuns = completedRuns
        self.completedJobs = completedJobs
        self.pendingDeliveries = pendingDeliveries
        self.databaseBytes = databaseBytes
    }
}
