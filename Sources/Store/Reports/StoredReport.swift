public import Plan

/// A report of a job, as the store has it.
public struct StoredReport: Equatable, Sendable {
    public var id: Int64
    /// The attempt at a job that made it.
    public var jobID: Int64
    public var runID: Int64
    public var report: Report

    public init(id: Int64, jobID: Int64, runID: Int64, report: Report) {
        self.id = id
        self.jobID = jobID
        self.runID = runID
        self.report = report
    }
}
