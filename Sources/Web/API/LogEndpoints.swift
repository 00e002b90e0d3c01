internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Plan

/// `/api/v1/jobs/{id}/log`: the log as a file, as a stream, and searched.
struct LogEndpoints: Sendable {
    /// What is read at a time for a download. A slow reader holds two of these.
    private static let portion = 262_144
    private static let searchLimit = 1000

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// Plain text, as it is at this moment; with `Range` a part of it.
    func log(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        guard let file = try await site.log(of: job) else {
            return answer(.whole, size: 0, feed: nil, request: request)
        }
        let feed = site.logs.feed(of: file)
        let size = try await feed.size()
        let range = ByteRange(header: request.headers[.range], size: size)
        guard range != .unsatisfiable else {
            var problem = WebProblem(.rangeNotSatisfiable, "The log of job \(job.id) has \(size) bytes.")
            problem.headers[.contentRange] = "bytes */\(size)"
            throw problem
        }
        return answer(range, size: size, feed: feed, request: request)
    }

    private func answer(_ range: ByteRange, size: Int64, feed: LogFeed?, request: WebRequest) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8", .acceptRanges: "bytes", .cacheControl: "no-store",
        ]
        var (from, to) = (Int64(0), size)
        var status = HTTPResponse.Status.ok
        if case .part(let first, let end) = range {
            (from, to) = (first, end)
            status = .partialContent
            headers[.contentRange] = "bytes \(from)-\(to - 1)/\(size)"
        }
        if request.query["download"] != nil {
            headers[.contentDisposition] = "attachment; filename=\"job-\(request.parameter("id")).log\""
        }
        guard let feed, to > from else {
            return Response(status: status, headers: headers)
        }
        let (start, end) = (from, to)
        let body = ResponseBody(contentLength: Int(to - from)) { writer in
            try await feed.reading {
                var offset = start
                while offset < end {
                    let part = try await feed.read(from: offset, count: Int(min(Int64(Self.portion), end - offset)))
                    guard part.readableBytes > 0 else { break }
                    offset += Int64(part.readableBytes)
                    try await writer.write(part)
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    /// Server-sent events from `Last-Event-ID`, or from `?from=`, or from the first byte.
    func stream(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        let offset = try Self.startOffset(request)
        let format: LogFormat = request.query["format"] == "html" ? .html : .text
        let site = site
        let file = try await site.log(of: job)
        if let file {
            let size = try await site.logs.feed(of: file).size()
            guard offset <= size else {
                throw WebProblem(.rangeNotSatisfiable, "The log of job \(job.id) has \(size) bytes.")
            }
        }
        return EventStream.response(to: request, traffic: site.traffic) { writer in
            // At once, so that the client knows that the stream is open.
            try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
            guard let file = try await site.awaitedLog(of: job, known: file) else {
                return try await writer.write(ServerSentEvent.encode(name: "end", id: 0, data: "0"))
            }
            let stream = LogStream(feed: site.logs.feed(of: file), file: file, format: format)
            try await stream.run(from: offset, growth: site.growth(of: job), to: writer)
        }
    }

    static func startOffset(_ request: WebRequest) throws(WebProblem) -> Int64 {
        guard let text = request.headers[.lastEventID] ?? request.query.filled("from"), !text.isEmpty else { return 0 }
        guard let offset = Int64(text), offset >= 0 else {
            throw WebProblem(.badRequest, "Last-Event-ID is the id of the last event: a byte offset.")
        }
        return offset
    }

    func search(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        let query = request.query
        guard let text = query.filled("q"), text.utf8.count <= 200 else {
            throw WebProblem(.badRequest, "q is the text to look for, 1 to 200 bytes.")
        }
        guard let file = try await site.log(of: job) else { return try JSONBody.response(LogSearch.Result()) }
        return try JSONBody.response(
            try await LogSearch(text: text, limit: Self.searchLimit).run(in: site.logs.feed(of: file)))
    }
}

extension WebSite {
    /// What wakes a viewer of the job's log. Each caller gets a stream of its own.
    func growth(of job: Job) -> AsyncStream<Void> { operations.growth(ofJob: job.reusedFrom ?? job.id) }

    /// The job's log, waiting for the job to start where it has not; nil where it ends without one.
    func awaitedLog(of job: Job, known: LogFile?) async throws -> LogFile? {
        if let known { return known }
        let changes = changes.changes(of: .run(job.runID))
        return try await WakeUps().firstValue([growth(of: job), changes], beat: .seconds(5)) {
            let now = try await self.job(job.id)
            if let file = try await self.log(of: now) { return .some(file) }
            return now.status == .completed ? .some(nil) : nil
        }
    }
}
