internal import LogText
internal import Synchronization

/// The problem matchers that are in force: what a step adds counts for the rest of the job.
final class MatcherList: Sendable {
    private let matchers = Mutex<[ProblemMatcher]>([])
    private let changes = Atomic<Int>(0)
    private static let most = 100

    /// Grows with every change.
    var version: Int { changes.load(ordering: .acquiring) }

    var current: [ProblemMatcher] { matchers.withLock { $0 } }

    /// Puts them before the others; each takes the place of the one of its owner.
    func add(_ added: [ProblemMatcher]) {
        matchers.withLock { matchers in
            for matcher in added {
                matchers.removeAll { $0.owner.lowercased() == matcher.owner.lowercased() }
                matchers.insert(matcher, at: 0)
            }
            matchers = Array(matchers.prefix(Self.most))
        }
        changes.add(1, ordering: .releasing)
    }

    func remove(owner: String) {
        matchers.withLock { matchers in matchers.removeAll { $0.owner.lowercased() == owner.lowercased() } }
        changes.add(1, ordering: .releasing)
    }
}
