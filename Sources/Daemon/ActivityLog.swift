internal import FoundationEssentials
internal import Logging
internal import Plan
internal import Store

/// Tells the daemon's log what happens: runs that start and end, remotes that go down and come back.
struct ActivityLog {
    let store: Store
    let logger: Logger

    /// Follows the store until the task is cancelled. Lines of a burst that is faster than their writing are left out.
    func run() async {
        var running: Set<Int64> = []
        for await change in store.changes.subscribe(keepingNewest: 4096) where logger.logLevel <= .info {
            do {
                switch change.kind {
                case .recorded, .run:
                    guard let id = change.runID, let run = try await store.run(id) else { continue }
                    tell(run, &running)
                case .remote:
                    guard let name = change.repository, let status = try await store.remoteStatus(of: name) else { continue }
                    tell(status)
                default: continue
                }
            } catch {
                logger.warning("what happened can't be told: \(error)")
            }
        }
    }

    private func tell(_ run: Run, _ running: inout Set<Int64>) {
        let attempt = run.attempt > 1 ? ", attempt \(run.attempt)" : ""
        switch run.status {
        case .queued, .waiting:
            return
        case .running:
            guard running.insert(run.id).inserted else { return }
            logger.info(
                """
                run \(run.id) starts: \(run.workflow) of \(run.repository), \(run.event) of \(run.ref) at \(run.commit.prefix(12)), \
                by \(run.actor)\(attempt)
                """)
        case .completed:
            running.remove(run.id)
            let conclusion = run.conclusion?.rawValue ?? "completed"
            let reason = run.reason.map { ": \($0)" } ?? ""
            logger.info(
                "run \(run.id) ends: \(conclusion), \(run.workflow) of \(run.repository)\(attempt)\(duration(of: run))\(reason)")
        }
    }

    private func duration(of run: Run) -> String {
        guard let start = run.startedAt, let end = run.finishedAt else { return "" }
        let tenths = Int(max(0, end.timeIntervalSince(start)) * 10)
        return ", \(tenths / 10).\(tenths % 10) s"
    }

    private func tell(_ status: RemoteStatus) {
        if let error = status.error {
            logger.warning("\(status.repository): its remote can't be reached: \(error)")
        } else {
            logger.info("\(status.repository): its remote answers")
        }
    }
}
