extension SpawnedProcess {
    /// Why waiting stopped.
    public enum WaitEnd: Sendable, Hashable {
        case ended
        case deadlinePassed
        /// The interrupting descriptor became readable.
        case interrupted
    }

    /// Blocks until it has ended, the deadline passed, or a descriptor became readable; leaves it in the process table.
    public func awaitEnd(until deadline: SuspendingClock.Instant?, interruption: Int32) -> WaitEnd {
        let ready = Polling.ready([pidfd, interruption], until: deadline)
        if ready[0] { return .ended }
        return ready[1] ? .interrupted : .deadlinePassed
    }
}
