internal import Hummingbird
internal import NIOCore
internal import Plan

/// `/events?page=…`: what changes on an open page, as HTML that replaces the element of the same id.
struct PageEvents: Sendable {
    /// Changes that come faster are shown together.
    private static let pace = Duration.milliseconds(200)

    private struct Subject: Sendable {
        let topic: Topic
        let view: @Sendable () async throws -> RenderedView
    }

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func stream(_ request: WebRequest) async throws -> Response {
        let query = request.query
        if query["page"] == "job" { return try await jobStream(request) }
        let subject = try subject(query)
        // Fails here, with a proper status, where there is nothing to show.
        _ = try await subject.view()
        return EventStream.response(to: request, traffic: site.traffic) { writer in
            try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
            try await follow(subject, for: request.actor, to: writer)
        }
    }

    private func subject(_ query: FormFields) throws(WebProblem) -> Subject {
        let site = site
        switch query["page"] {
        case "dashboard":
            return Subject(topic: .overview) { try await DashboardPage(site).view() }
        case "repositories":
            let filter = query["show"] ?? ""
            return Subject(topic: .everything) { try await RepositoriesPage(site).view(filter: filter) }
        case "runs":
            let filter = try RunQuery(query, defaultLimit: 30)
            let topic = filter.repository.map(Topic.repository) ?? .everything
            return Subject(topic: topic) { try await RunsPage(site).view(filter) }
        case "run":
            guard let id = query["run"].flatMap({ Int64($0) }) else { throw WebProblem(.badRequest, "run is an id.") }
            let attempt = query.filled("attempt").flatMap { Int($0) }
            return Subject(topic: .run(id)) { try await RunPage(site).view(run: id, attempt: attempt) }
        case "timeline":
            guard let id = query["run"].flatMap({ Int64($0) }) else { throw WebProblem(.badRequest, "run is an id.") }
            let attempt = query.filled("attempt").flatMap { Int($0) }
            return Subject(topic: .run(id)) { try await TimelinePage(site).view(run: id, attempt: attempt) }
        case "repository":
            let name = query["repository"] ?? ""
            return Subject(topic: .repository(name)) { try await RepositoryPage(site).view(name) }
        case "environments":
            return Subject(topic: .everything) { try await EnvironmentsPage(site).view() }
        case "environment":
            let (repository, name) = (query["repository"] ?? "", query["environment"] ?? "")
            return Subject(topic: .repository(repository)) {
                try await EnvironmentPage(site).view(name, of: repository, before: nil)
            }
        case "caches":
            let name = query["repository"] ?? ""
            return Subject(topic: .repository(name)) { try await CachesPage(site).view(name) }
        default:
            throw WebProblem(.badRequest, "page is dashboard, repositories, runs, run, timeline, repository, caches or job.")
        }
    }

    /// Sends what is different from what was sent before, as long as the client listens.
    private func follow(_ subject: Subject, for actor: Actor, to writer: EventWriter) async throws {
        let changes = site.changes.changes(of: subject.topic)
        try await WakeUps().relaying([changes], beat: EventStream.heartbeatInterval) { wakeUps in
            var sent = SentFragments()
            wakeUps.wake()
            for await _ in wakeUps.stream {
                if try await sent.send(try await subject.view(), for: actor, to: writer) {
                    try await Task.sleep(for: Self.pace)
                } else {
                    try await writer.write(ServerSentEvent.heartbeat)
                }
            }
        }
    }

    /// A job's page gets its log and its state on one stream: a browser opens only six connections to a server.
    private func jobStream(_ request: WebRequest) async throws -> Response {
        guard let id = request.query["job"].flatMap({ Int64($0) }) else { throw WebProblem(.badRequest, "job is an id.") }
        let job = try await site.job(id)
        let offset = try LogEndpoints.startOffset(request)
        let subject = Subject(topic: .run(job.runID)) { [site] in try await JobPage(site).view(job: id, run: job.runID) }
        let site = site
        return EventStream.response(to: request, traffic: site.traffic) { writer in
            try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await follow(subject, for: request.actor, to: writer)
                    return false
                }
                group.addTask {
                    guard let file = try await site.awaitedLog(of: job, known: try await site.log(of: job)) else { return true }
                    let stream = LogStream(feed: site.logs.feed(of: file), file: file, format: .html)
                    try await stream.run(from: offset, growth: site.growth(of: job), to: writer) {
                        // The end of the job is in the store now: the page shows it before it stops listening.
                        for fragment in try await subject.view().fragments {
                            try await writer.write(fragment.event(for: request.actor))
                        }
                    }
                    return true
                }
                while let isOver = try await group.next(), !isOver {}
                group.cancelAll()
            }
        }
    }
}

/// What a client has been sent, so that it gets what is new only.
struct SentFragments: Sendable {
    private var sent: [String: String] = [:]

    /// - Returns: whether there was anything new.
    mutating func send(_ view: RenderedView, for actor: Actor, to writer: EventWriter) async throws -> Bool {
        var isNew = false
        for fragment in view.fragments {
            guard let id = fragment.id, sent[id] != fragment.html else { continue }
            try await writer.write(fragment.event(for: actor))
            sent[id] = fragment.html
            isNew = true
        }
        return isNew
    }
}
