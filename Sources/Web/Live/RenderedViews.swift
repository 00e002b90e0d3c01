internal import NIOCore
internal import Plan

/// Rendered parts of pages, shared by all who look at the same thing, so that a change costs one reading of the store and
/// one rendering however many viewers there are.
actor RenderedViews {
    /// Bytes of HTML that are kept; the least recently rendered goes first.
    private static let limit = 2 << 20

    private struct Entry {
        let count: UInt64
        let renderedAt: ContinuousClock.Instant
        let view: RenderedView
    }

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var size = 0
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
        forget(key)
        entries[key] = entry
        order.append(key)
        size += entry.view.size
        while size > Self.limit, let oldest = order.first { forget(oldest) }
    }

    private func forget(_ key: String) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        order.removeAll { $0 == key }
        size -= entry.view.size
    }
}

/// A page's body as HTML, in the parts that change by themselves.
struct RenderedView: Sendable {
    struct Fragment: Sendable {
        /// The id of the element that it replaces; nil for a part that never changes by itself.
        let id: String?
        let html: String
        /// The name of the event that brings it to an open page.
        let eventName: String
        /// Where it has something for each client; nil where it is the same for all.
        private let parts: [PagePart]?

        init(id: String?, html: String, eventName: String = "fragment") {
            self.id = id
            self.html = html
            let parts = PagePart.parts(of: html)
            self.parts = parts.count > 1 ? parts : nil
            self.eventName = eventName
        }

        /// What brings it to the open page of somebody. What else is the client's own they have already; what stands for it in
        /// `html`, nobody may learn.
        func event(for actor: Actor) -> ByteBuffer {
            let data = parts.map { PagePart.joined($0, for: actor) } ?? html
            return ServerSentEvent.encode(name: eventName, data: data)
        }
    }

    let title: String
    /// What the page's icon shows: a status or a conclusion.
    let mood: String
    /// The body's parts in their order.
    let fragments: [Fragment]

    /// The whole page, cut where what is each client's own belongs.
    let page: [PagePart]

    var size: Int {
        fragments.reduce(0) { $0 + $1.html.utf8.count } + page.reduce(0) { $0 + $1.text.readableBytes }
    }
}
