import Execution
import Expressions
import Foundation
import HTTPTransport
import JobServices
import Plan

/// A job with its services running on this host's loopback interface, and a client that has its token.
final class ServiceScene {
    let root: String
    let services: StoredFileServices
    let environment: [String: String]
    let assignment: JobAssignment
    private let client = TransportClient()

    /// - Parameter limits: of what may be stored.
    init(run: Int64 = 1, root: String? = nil, limits: JobStorage.Limits = .init(), isUntrusted: Bool = false) throws {
        let made = root ?? NSTemporaryDirectory() + "slipway-services-\(UUID().uuidString)"
        self.root = made
        let folders = StateFolders(root: made)
        try FileManager.default.createDirectory(atPath: "\(made)/jobs/\(run)", withIntermediateDirectories: true)
        let storage = JobStorage(
            runs: folders.runs, cache: folders.cache(of: "app"), ledger: folders.storageLedger, repository: "app",
            ref: "refs/heads/main", isUntrusted: isUntrusted, limits: limits)
        assignment = JobAssignment(
            runID: run, jobID: run * 10, jobName: "test", job: JobPlan(key: "test"),
            contexts: .init(github: ["repository": "team/app"]), folder: JobFolder(path: "\(made)/jobs/\(run)"), eventFile: "",
            workspace: "\(made)/jobs/\(run)", toolsFolder: "\(made)/tools",
            source: .init(mirror: "", commit: "", ref: storage.ref, originURL: ""), confinement: .init(kind: .none),
            storage: storage)
        services = StoredFileServices(assignment, journal: try JournalWriter(path: assignment.folder.journal)) { Date() }
        environment = try services.environment(
            for: .command, in: LoopbackWorkplace(), deadline: nil, cancellation: try Cancellation())
    }

    deinit {
        services.stop()
        try? FileManager.default.removeItem(atPath: root)
    }

    var token: String { environment["ACTIONS_RUNTIME_TOKEN"] ?? "" }

    /// Host and port.
    var server: String { String((environment["ACTIONS_RESULTS_URL"] ?? "").dropLast()) }

    /// - Parameter url: a path on the server, or a whole address that it gave.
    func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil, token: String? = nil
    ) async throws -> TransportResponse {
        let path = url.hasPrefix("http") ? String(url.dropFirst(server.count)) : url
        var headers = headers
        if !url.hasPrefix("http") { headers.append(("Authorization", "Bearer \(token ?? self.token)")) }
        return try await client.send(TransportRequest(method, path, at: .server(url: server), headers: headers, body: body))
    }

    /// Calls a method of a service; the answer is an object of JSON.
    func twirp(
        _ service: String, _ method: String, _ message: [String: String], token: String? = nil
    ) async throws -> (status: Int, answer: ExpressionValue) {
        let response = try await send(
            "POST", "/twirp/github.actions.results.api.v1.\(service)/\(method)", headers: [("Content-Type", "application/json")],
            body: [UInt8](try JSONSerialization.data(withJSONObject: message)), token: token)
        return (response.status, try object(response))
    }

    func object(_ response: TransportResponse) throws -> ExpressionValue {
        response.body.isEmpty ? .null : try ExpressionValue(json: response.text)
    }

    /// The names by which a client knows run and job, with more members.
    func ids(_ more: [String: String] = [:]) -> [String: String] {
        let own: [String: String] = [
            "workflow_run_backend_id": String(assignment.runID), "workflow_job_run_backend_id": String(assignment.jobID),
        ]
        return own.merging(more) { $1 }
    }

    /// What the job told the daemon.
    func changes() throws -> [StorageChange] {
        try String(contentsOfFile: assignment.folder.journal, encoding: .utf8).split(separator: "\n").compactMap { line in
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .secondsSince1970
            guard case .storage(let change) = try decoder.decode(JournalRecord.self, from: Data(line.utf8)) else { return nil }
            return change
        }
    }
}

/// Where commands run on this host; none does.
private struct LoopbackWorkplace: Workplace {
    let folders = WorkplaceFolders(
        workspace: .init(inside: "/", outside: "/"), temporary: .init(inside: "/", outside: "/"),
        tools: .init(inside: "/", outside: "/"), actions: .init(inside: "/", outside: "/"))
    let environment: [String: String] = [:]
    let containerContext = ExpressionObject()

    func finds(program: String) -> Bool { false }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("no command can be run here")
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("no container can be run here")
    }

    func close() {}
    func discard() throws(ExecutionError) {}
}
