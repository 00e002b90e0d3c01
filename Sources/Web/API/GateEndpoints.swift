internal import Hummingbird
internal import Plan
internal import Store

/// What gates measured and decided, of a run and over time, and two runs beside each other.
struct GateEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let run = try await site.run(try request.id())
        let gates = try await site.gates(of: try await site.store.jobs(ofRun: run.id))
        return try JSONBody.response(GateListRepresentation(gates: gates.map { GateRepresentation($0.stored) }))
    }

    /// `gate`, `job`, `place`, `branch`: without them the first gate, of the job that ran last on the default branch. `metric`: only
    /// that one.
    func history(_ request: WebRequest) async throws -> Response {
        let repository = try await site.repository(request.parameter("name"))
        var history = try await site.store.gateHistory(
            of: repository.name, try GateHistory.Choice(request.query), preferring: repository.defaultBranch)
        if let absence = history.mismatch(in: repository.name) { throw WebProblem(.notFound, absence) }
        if let metric = request.query.filled("metric") { history = try history.only(metric: metric) }
        return try JSONBody.response(MetricHistoryRepresentation(history, repository: repository.name))
    }

    /// `left`, `right`: ids of runs.
    func compare(_ request: WebRequest) async throws -> Response {
        try JSONBody.response(ComparisonRepresentation(try await site.comparison(request)))
    }
}

extension WebSite {
    /// A gate, with the job that is shown for it: that of a job taken over from an earlier attempt is its own.
    struct GateEntry: Sendable {
        let stored: StoredGate
        let job: Job
    }

    /// What the gates of jobs decided, in the order of the jobs.
    func gates(of jobs: [Job]) async throws -> [GateEntry] {
        let started = jobs.filter { $0.startedAt != nil || $0.reusedFrom != nil }
        guard !started.isEmpty else { return [] }
        let found = try await store.gates(ofJobs: started.map { $0.reusedFrom ?? $0.id })
        return started.flatMap { job in (found[job.reusedFrom ?? job.id] ?? []).map { GateEntry(stored: $0, job: job) } }
    }
}
