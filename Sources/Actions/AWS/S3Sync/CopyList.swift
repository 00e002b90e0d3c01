internal import AWS
internal import Execution
internal import Synchronization

/// The files of a sync that are to be copied, taken by several threads.
final class CopyList: Sendable {
    /// Files that are copied at once: each has a connection, and up to 8 MiB of its content in memory.
    static let mostAtOnce = 8
    /// Failures after which no other file is begun: what fails so often would fail for all of them.
    private static let mostFailures = 10

    private struct State {
        var next = 0
        var copied = 0
        var bytes: Int64 = 0
        var failures: [ActionFailure] = []
    }

    private let items: [SyncItem]
    private let state = Mutex(State())

    init(_ items: [SyncItem]) { self.items = items }

    var threads: Int { min(Self.mostAtOnce, items.count) }
    var copied: Int { state.withLock { $0.copied } }
    var bytes: Int64 { state.withLock { $0.bytes } }

    /// The next one; nil where there is none, or too much has gone wrong.
    func next() -> SyncItem? {
        state.withLock { state in
            guard state.next < items.count, state.failures.count < Self.mostFailures else { return nil }
            defer { state.next += 1 }
            return items[state.next]
        }
    }

    func done(_ item: SyncItem) {
        state.withLock { state in
            state.copied += 1
            state.bytes += item.size
        }
    }

    func failed(_ failure: ActionFailure) { state.withLock { $0.failures.append(failure) } }

    /// What went wrong with any of them.
    func check() throws(ActionFailure) {
        let (failures, copied) = state.withLock { ($0.failures, $0.copied) }
        guard let first = failures.first else { return }
        guard items.count > 1 else { throw first }
        let others = failures.count > 1 ? "; the others are in the log" : ""
        throw ActionFailure(
            "\(copied) of \(items.count) files were copied, \(failures.count) failed: \(first.message)\(others)")
    }
}
