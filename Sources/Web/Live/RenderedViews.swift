internal import NIOCore

/// Rendered parts of pages, shared by all who look at the same thing, so that a change costs one reading of the store and
/// one rendering however many viewers there are.
actor RenderedViews {
    /// Pages that are kept; the least recently rendered goes first.
    private static let kept = 256

    private struct Entry {
        let count: UInt64
        let renderedAt: ContinuousClock.Instant
        let view: RenderedView
    }

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    /// Renderings under way. Each is awaited by everyone who asked for it, first of all by who began it.
    private var underway: [String: (count: UInt64, task: Task<RenderedView, any Error>)] = [:]

    /// - Parameters:
    ///   - key: what is shown: a page's path and its filters.
    ///   - count: of the topic's changes, taken before anything is read.
    ///   - maximumAge: for pages that show something whose changes are not told.
    func view(
        _ key: String, count: UInt64, maximumAge: Duration? = nil,
        render: @escaping @Sendable () async throws -> RenderedView
    ) async throws -> RenderedView {
        if let entry = entries[key], entry.count == count {
            guard let maximumAge, ContinuousClock.now - entry.renderedAt > maximumAge else { return entry.view }
        }
        if let running = underway[key], running.count == count { return try await running.task.value }
        let task = Task { try await render() }
        underway[key] = (count, task)
        defer { if underway[key]?.task == task { underway[key] = nil } }
        let view = try await task.value
        keep(Entry(count: count, renderedAt: .now, view: view), key: key)
        return view
    }

    private func keep(_ entry: Entry, key: String) {
        if let known = entries[key], known.count > entry.count { return }
        if entries.updateValue(entry, forKey: key) != nil { order.removeAll { $0 == key } }
        order.append(key)
        if order.count > Self.kept { entries[order.removeFirst()] = nil }
    }
}

/// A page's body as HTML, in the parts that change by themselves.
struct RenderedView: Sendable {
    struct Fragment: Sendable {
        /// The id of the element that it replaces.
        let id: String
        let html: String
        /// The encoded event, shared by all streams.
        let event: ByteBuffer
    }

    let title: String
    /// What the page's icon shows: a status or a conclusion.
    let mood: String
    /// The whole body.
    let body: String
    /// The parts that are sent to open pages, in their order.
    let fragments: [Fragment]
}
