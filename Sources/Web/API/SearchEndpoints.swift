internal import Hummingbird
internal import Plan

/// The search over runs and over their logs, as the page has it.
struct SearchEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func runs(_ request: WebRequest) async throws -> Response {
        let found = try await RunSearchResult(
            of: try Self.text(request, atLeast: 1), before: try Self.before(request), in: site.store)
        return try JSONBody.response(
            RunSearchRepresentation(
                runs: try await site.representations(of: (found.direct.map { [$0] } ?? []) + found.runs),
                next: found.next.map { String($0) }, problems: found.problems))
    }

    func logs(_ request: WebRequest) async throws -> Response {
        let text = try Self.text(request, atLeast: RunLogSearch.shortestText)
        let result = try await RunLogSearch(site: site, text: text).run(before: try Self.before(request))
        let jobs = result.hits.flatMap { hit in
            hit.jobs.map { found in
                LogSearchRepresentation.Job(
                    runId: String(hit.run.id), repository: hit.run.repository, title: hit.run.title, jobId: String(found.job.id),
                    job: found.job.name, truncated: found.isCut,
                    matches: found.matches.map { .init(line: $0.line, offset: $0.offset, text: $0.text) })
            }
        }
        return try JSONBody.response(
            LogSearchRepresentation(
                jobs: jobs, searchedRuns: result.searched, searchedBytes: result.bytes, cutLogs: result.cut,
                next: result.next.map { String($0) }))
    }

    private static func text(_ request: WebRequest, atLeast shortest: Int) throws(WebProblem) -> String {
        guard let text = request.query.filled("q"), text.count >= shortest, text.count <= SearchPage.longestText else {
            throw WebProblem(.badRequest, "q is the text to look for, of \(shortest) to \(SearchPage.longestText) characters.")
        }
        return text
    }

    private static func before(_ request: WebRequest) throws(WebProblem) -> Int64? {
        guard let text = request.query.filled("before") else { return nil }
        guard let id = Int64(text), id > 0 else { throw WebProblem(.badRequest, "before is the next of the page before.") }
        return id
    }
}

/// `{"runs":[…],"next":cursor|null,"problems":["…"]}`
public struct RunSearchRepresentation: Codable, Sendable, Equatable {
    public var runs: [RunRepresentation]
    @Nullable public var next: String?
    /// What of the text was not understood.
    public var problems: [String]
}

/// `{"jobs":[{…,"matches":[…]}],"searched_runs":…,"next":cursor|null}`
public struct LogSearchRepresentation: Codable, Sendable, Equatable {
    public struct Match: Codable, Sendable, Equatable {
        /// From 1.
        public var line: Int
        /// Of the line's first byte in the log.
        public var offset: Int64
        public var text: String
    }

    /// The first matches in the log of one job.
    public struct Job: Codable, Sendable, Equatable {
        public var runId: String
        public var repository: String
        public var title: String
        public var jobId: String
        public var job: String
        public var truncated: Bool
        public var matches: [Match]
    }

    public var jobs: [Job]
    /// Whose logs were read, and how much of them.
    public var searchedRuns: Int
    public var searchedBytes: Int64
    /// Logs of which only the beginning was read.
    public var cutLogs: Int
    /// The `before` with which the search goes on; null where every run was looked at.
    @Nullable public var next: String?
}
