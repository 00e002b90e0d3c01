internal import Synchronization

/// The logs that are being read, each opened once however many look at it.
final class LogFeeds: Sendable {
    /// A feed that nobody reads holds the index of its lines only.
    private static let kept = 32

    private struct State {
        var feeds: [String: LogFeed] = [:]
        /// The least recently used first.
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// The feed of a file. One that fell out of memory goes on serving those who still hold it.
    func feed(of file: LogFile) -> LogFeed {
        state.withLock { state in
            state.order.removeAll { $0 == file.path }
            state.order.append(file.path)
            if let known = state.feeds[file.path] { return known }
            let feed = LogFeed(path: file.path, key: file.path.hashValue)
            state.feeds[file.path] = feed
            if state.order.count > Self.kept { state.feeds[state.order.removeFirst()] = nil }
            return feed
        }
    }
}
