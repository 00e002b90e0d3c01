internal import HTTPTypes
internal import Hummingbird
internal import Plan
internal import Store
internal import Synchronization

/// `/health` and `/metrics`: for probes and Prometheus.
struct HealthEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// 200 while Slipway does its work, also when something needs an operator; 503 when it does not. What exactly, with the names of
    /// repositories and servers, is for those who may look.
    func health(_ request: WebRequest) async throws -> Response {
        let report = await site.operations.health()
        let isDetailed = await Callers(site).mayRead(request)
        return try JSONBody.response(
            HealthRepresentation(report, isDetailed: isDetailed), status: report.level == .failing ? .serviceUnavailable : .ok)
    }

    func metrics(_ request: WebRequest) async throws -> Response {
        let report = await site.operations.health()
        var text = MetricsText()
        text.add("slipway_info", .gauge, "The version that runs.", [(["version": report.version], 1)])
        text.add(
            "slipway_health", .gauge, "1 where a check is at this level.",
            report.checks.map { (["check": $0.name, "level": $0.level.rawValue], 1) })
        text.add("slipway_capacity", .gauge, "Jobs that may run at a time.", [([:], Double(report.capacity))])
        text.add("slipway_running_jobs", .gauge, "Jobs that run now.", [([:], Double(report.runningJobs))])
        try await addCounts(to: &text)
        let traffic = site.traffic
        text.add(
            "slipway_http_requests_total", .counter, "Requests that were answered.",
            [([:], Double(traffic.requests.load(ordering: .relaxed)))])
        text.add(
            "slipway_http_failures_total", .counter, "Requests that were answered with a status from 500.",
            [([:], Double(traffic.failures.load(ordering: .relaxed)))])
        text.add(
            "slipway_streams", .gauge, "Event streams that are open.",
            [([:], Double(traffic.streams.load(ordering: .relaxed)))])
        text.add(
            "slipway_streamed_bytes_total", .counter, "Bytes that were sent on event streams.",
            [([:], Double(traffic.streamedBytes.load(ordering: .relaxed)))])
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }

    private func addCounts(to text: inout MetricsText) async throws {
        let counts = try await site.store.statistics()
        text.add(
            "slipway_jobs", .gauge, "Jobs that are not completed, by status.",
            counts.unfinishedJobs.map { (["status": $0.key.rawValue], Double($0.value)) })
        text.add(
            "slipway_runs_total", .counter, "Completed runs, by conclusion.",
            counts.completedRuns.map { (["conclusion": $0.key.rawValue], Double($0.value)) })
        text.add(
            "slipway_jobs_total", .counter, "Completed jobs, by conclusion.",
            counts.completedJobs.map { (["conclusion": $0.key.rawValue], Double($0.value)) })
        text.add(
            "slipway_pending_deliveries", .gauge, "Webhooks that are stored and not dealt with.",
            [([:], Double(counts.pendingDeliveries))])
        text.add("slipway_database_bytes", .gauge, "The database's size.", [([:], Double(counts.databaseBytes))])
        let remotes = try await site.store.remoteStatuses()
        text.add(
            "slipway_remote_failures", .gauge, "Failed looks at a remote in a row.",
            remotes.map { (["repository": $0.repository], Double($0.failures)) })
    }
}

/// Prometheus' text format, version 0.0.4.
struct MetricsText: Sendable {
    enum Kind: String {
        case counter
        case gauge
    }

    private(set) var text = ""

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [String: String], value: Double)]) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        let lines = samples.map { sample in
            let labels = sample.labels.sorted { $0.key < $1.key }
                .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(sample.value))"
        }
        for line in lines.sorted() { text += line + "\n" }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// How the daemon is.
public struct HealthRepresentation: Codable, Sendable, Equatable {
    public struct Check: Codable, Sendable, Equatable {
        public var name: String
        /// `ok`, `degraded` or `failing`.
        public var status: String
        /// Empty for those who may not look at the page.
        public var detail: String
    }

    /// The worst of the checks.
    public var status: String
    public var version: String
    public var startedAt: String
    public var capacity: Int
    public var runningJobs: Int
    public var checks: [Check]

    init(_ report: HealthReport, isDetailed: Bool) {
        status = report.level.rawValue
        version = report.version
        startedAt = report.startedAt
        capacity = report.capacity
        runningJobs = report.runningJobs
        checks = report.checks.map { Check(name: $0.name, status: $0.level.rawValue, detail: isDetailed ? $0.detail : "") }
    }
}
