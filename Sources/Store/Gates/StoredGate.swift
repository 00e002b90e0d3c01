public import Plan

/// What a gate of a job decided, as the store has it.
public struct StoredGate: Equatable, Sendable {
    public var id: Int64
    /// The attempt at a job that it was part of.
    public var jobID: Int64
    public var runID: Int64
    /// The name of the job, with its cell of a matrix.
    public var job: String
    /// Of the gates of its name in the job, from 1.
    public var place: Int
    public var gate: GateResult

    public init(id: Int64, jobID: Int64, runID: Int64, job: String, place: Int, gate: GateResult) {
        self.id = id
        self.jobID = jobID
        self.runID = runID
        self.job = job
        self.place = place
        self.gate = gate
    }
}
