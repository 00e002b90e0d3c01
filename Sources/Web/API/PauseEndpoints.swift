internal import Hummingbird
internal import Plan

/// Jobs that stand still after a failure.
struct PauseEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func resume(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        try await site.operations.resume(job: job.id, actor: request.actor)
        return try JSONBody.response(try await site.representation(of: job), status: .accepted)
    }

    func resumeForm(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        try await site.operations.resume(job: job.id, actor: request.actor)
        return Response(status: .seeOther, headers: [.location: "/jobs/\(job.id)"])
    }

    /// `{"columns":80,"rows":24,"terminal":"xterm"}`. A shell is for who is on this host: the connection to it can't leave it.
    func shell(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let columns: UInt16?
            let rows: UInt16?
            let terminal: String?
        }
        guard request.origin == .operatorSocket else {
            throw WebProblem(
                .conflict, "A shell is opened on the daemon's host, by \"slipway shell RUN JOB\" over the operator socket.")
        }
        let wish = try JSONBody.decode(Wish.self, members: ["columns", "rows", "terminal"], from: request)
        let ticket = try await site.operations.openShell(
            ShellWish(
                job: try request.id(), columns: wish.columns ?? 80, rows: wish.rows ?? 24, terminal: wish.terminal ?? "dumb"),
            actor: request.actor)
        return try JSONBody.response(ticket, status: .created)
    }
}

/// A pause of a job after a failure.
public struct PauseRepresentation: Codable, Sendable, Equatable {
    /// The name of the step that failed.
    public var step: String
    public var since: String
    /// When the job goes on by itself.
    public var until: String

    init(_ pause: JobPause) {
        step = pause.step
        since = TimeText.rfc3339(pause.since)
        until = TimeText.rfc3339(pause.until)
    }
}
