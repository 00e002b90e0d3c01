/// Tasks that are added while others run, all ended together with the task that calls `run`.
final class GrowingTaskGroup: Sendable {
    private let additions: AsyncStream<@Sendable () async -> Void>
    private let send: AsyncStream<@Sendable () async -> Void>.Continuation

    init() {
        // Unbounded: each is a running job, a repository, or a delivery that is on disk.
        (additions, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    func add(_ work: @escaping @Sendable () async -> Void) { send.yield(work) }

    func run() async {
        await withDiscardingTaskGroup { group in
            for await work in additions { group.addTask { await work() } }
            group.cancelAll()
        }
    }
}
