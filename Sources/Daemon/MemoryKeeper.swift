internal import CProcesses
internal import Store
internal import WakeUps

/// Keeps an idle daemon small: what a burst of work has left in caches and heaps goes back to the system when it is over.
public struct MemoryKeeper: Sendable {
    private let store: Store

    init(store: Store) { self.store = store }

    /// To be called before there are threads: each would get a heap of its own, which it never gives back.
    public static func prepare() { slipway_limit_arenas(2) }

    /// How long nothing has to happen until a burst is over.
    private static let quiet = Duration.seconds(5)
    /// How often memory is given back where it never is.
    private static let longest = 12

    /// Follows the store until the task is cancelled. Nothing wakes it while nothing happens.
    func run() async {
        let changes = WakeUp()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in store.changes.subscribe(keepingNewest: 2) { changes.signal() }
            }
            group.addTask {
                // The start is a burst, too.
                while !Task.isCancelled {
                    await waitForQuiet(changes)
                    store.releaseMemory()
                    slipway_return_memory()
                    // Most of what a burst, or the start, has run is not run again while it is quiet.
                    slipway_return_code()
                    await changes.wait()
                }
            }
        }
    }

    private func waitForQuiet(_ changes: WakeUp) async {
        for _ in 0..<Self.longest {
            let begun = SuspendingClock.now
            await changes.wait(atMost: Self.quiet)
            if Task.isCancelled || SuspendingClock.now - begun >= Self.quiet { return }
            try? await Task.sleep(for: Self.quiet)
        }
    }
}
