internal import Dispatch

/// Waiting by the clock on the wall, which goes on while the machine sleeps and may be set: for moments that people name.
public enum WallClock {
    // Not one of the queues that tasks share: its threads would be counted every second for as long as the process lives.
    private static let queue = DispatchQueue(label: "slipway.clock")

    /// Suspends until the clock shows so many seconds more than now, or the task is cancelled. Set forward meanwhile, it is over
    /// earlier; set back, later.
    public static func sleep(seconds: Double) async {
        let over = WakeUp()
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { over.signal() }
        timer.schedule(wallDeadline: .now() + seconds, leeway: .milliseconds(5))
        timer.activate()
        await over.wait()
        timer.cancel()
    }
}

extension WakeUp {
    /// Suspends until there is a signal or the clock on the wall shows so many seconds more; nil waits without end.
    public func wait(untilClockShows seconds: Double?) async {
        guard let seconds else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { await WallClock.sleep(seconds: seconds) }
            await group.next()
            group.cancelAll()
        }
    }
}
