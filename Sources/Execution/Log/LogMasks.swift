internal import Synchronization

/// The secrets that a job's logs hide. Steps that run beside each other have logs of their own, and what one of them tells to be
/// a secret is hidden in all of them from then on.
final class LogMasks: Sendable {
    private let secrets: Mutex<[String]>
    private let known: Atomic<Int>

    init(_ secrets: [String]) {
        self.secrets = Mutex(secrets)
        known = Atomic(secrets.count)
    }

    /// How many there are: asked before every chunk of output.
    var count: Int { known.load(ordering: .acquiring) }

    func add(_ secret: String) {
        secrets.withLock { secrets in
            secrets.append(secret)
            known.store(secrets.count, ordering: .releasing)
        }
    }

    /// Those that were added after the first `count`.
    func added(after count: Int) -> ArraySlice<String> { secrets.withLock { $0.dropFirst(count) } }
}
