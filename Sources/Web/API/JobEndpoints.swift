internal import Expressions
internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/jobs/{id}`: one attempt at a job.
struct JobEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func get(_ request: WebRequest) async throws -> Response {
        try JSONBody.response(try await site.representation(of: try await site.job(try request.id())))
    }
}

extension WebSite {
    func run(_ id: Int64) async throws -> Run {
        guard let run = try await store.run(id) else { throw WebProblem(.notFound, "There is no run \(id).") }
        return run
    }

    func job(_ id: Int64) async throws -> Job {
        guard let job = try await store.job(id) else { throw WebProblem(.notFound, "There is no job \(id).") }
        return job
    }

    /// - Throws: 404 where the settings have no such repository.
    func repository(_ name: String) async throws -> RepositoryDescription {
        guard let found = await operations.repositories().first(where: { $0.name == name }) else {
            throw WebProblem(.notFound, "There is no repository \"\(name)\" in the settings.")
        }
        return found
    }

    func representation(of job: Job) async throws -> JobRepresentation {
        let run = try await run(job.runID)
        let tries = try await tries(of: job, among: try await store.jobs(ofRun: run.id, attempt: job.attempt))
        return JobRepresentation(
            job, steps: try await steps(of: job), diagnoses: try await diagnoses(of: [job])[job.id] ?? [], tries: tries,
            isCurrent: job.attempt == run.attempt && tries.replacement(of: job.id) == nil)
    }

    /// A run with its jobs and their steps.
    /// - Parameter attempt: nil: the newest of each job.
    func representation(of run: Run, attempt: Int?) async throws -> RunRepresentation {
        let jobs = try await store.jobs(ofRun: run.id, attempt: attempt)
        let steps = try await steps(of: jobs)
        let diagnoses = try await diagnoses(of: jobs)
        let shown = try await self.run(run, asOf: attempt)
        var representation = RunRepresentation(shown, turn: shown.waitsFor(jobs))
        representation.attempts = run.attempt
        representation.inputs = try await store.inputs(ofRun: run.id).pairs.map { name, value in
            RunRepresentation.Input(name: name, value: value.displayString)
        }
        representation.diagnostics = run.diagnostics.map(DiagnosticRepresentation.init)
        var represented: [JobRepresentation] = []
        for job in jobs {
            represented.append(
                JobRepresentation(
                    job, steps: steps[job.id] ?? [], diagnoses: diagnoses[job.id] ?? [],
                    tries: try await tries(of: job, among: [job]), isCurrent: job.attempt == run.attempt))
        }
        representation.jobs = represented
        return representation
    }

    /// Whether it is a call of a workflow whose jobs are there.
    func calls(_ job: Job) async throws -> Bool {
        try await store.jobs(ofRun: job.runID).contains { $0.callerID == job.id }
    }

    /// The steps of a job; of one that was taken over, those of the attempt that ran.
    func steps(of job: Job) async throws -> [Step] { try await store.steps(ofJob: job.reusedFrom ?? job.id) }

    /// By the job's id.
    func steps(of jobs: [Job]) async throws -> [Int64: [Step]] {
        let found = try await store.steps(ofJobs: jobs.map { $0.reusedFrom ?? $0.id })
        return Dictionary(
            jobs.map { ($0.id, found[$0.reusedFrom ?? $0.id] ?? []) }, uniquingKeysWith: { first, _ in first })
    }

    /// The log that a job has; of a job that was taken over, the one of the attempt that ran.
    func log(of job: Job) async throws -> LogFile? {
        guard let original = job.reusedFrom else { return await operations.openLog(job: job) }
        return await operations.openLog(job: try await self.job(original))
    }
}
