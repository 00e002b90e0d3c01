/// What a run waits for that waits for nothing but a person, as the API and the event webhook have it.
public enum PersonsTurn: String, Sendable {
    /// An answer to a job's request.
    case approval
    /// A job stands still after a failure: somebody looks into it, or lets it go on.
    case pause
}

extension Run {
    /// What a person has to do for it to go on; nil where something of it runs, or will without anybody.
    /// - Parameter jobs: the newest attempt at each of its jobs.
    public func waitsFor(_ jobs: [Job]) -> PersonsTurn? {
        guard status == .running else { return nil }
        let open = jobs.filter { $0.status != .completed }
        // A call runs as long as what it calls is not over, and does nothing itself.
        guard open.allSatisfy({ $0.status == .waiting || $0.activePause != nil || $0.isCall }) else { return nil }
        if open.contains(where: { $0.awaitsApproval }) { return .approval }
        return open.contains { $0.activePause != nil } ? .pause : nil
    }
}

extension Job {
    /// Of a job that runs.
    public var activePause: JobPause? { status == .running ? pause : nil }
}
