internal import Glibc
internal import Processes

/// A worker that has to be ended from outside, known by the lock that it holds.
struct StuckWorker {
    /// The lock of the job's folder.
    let lock: String
    /// As the journal has it; nil where the worker has not written that far.
    let processID: Int32?

    /// Kills it, and blocks for some milliseconds. Its sandbox dies with it; without one, its guard kills what it started and
    /// ends then. So the lock is free a little later.
    ///
    /// - Parameter isRepeated: The lock was not free after a first call: the guard is killed too, and all that descends from
    ///   whoever holds the lock.
    func kill(isRepeated: Bool) {
        if !isRepeated, let processID, let worker = FileLock.holder(of: lock, pid: processID) {
            worker.signal(SIGKILL)
            return
        }
        let holders = FileLock.holders(of: lock)
        // Their children are looked up first: they belong to nobody here once their parents have ended.
        let children = holders.flatMap { ProcessTree.descendants(of: $0.pid) }.compactMap(ForkedProcess.init(adopting:))
        for process in holders + children { process.signal(SIGKILL) }
    }
}
