internal import FoundationEssentials
internal import Hummingbird
internal import Plan

/// `/host`: what takes the disk, what goes next, and what runs with how much memory.
struct HostPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let report = try await site.operations.host()
        let health = await site.operations.health()
        let ours = report.parts.reduce(0) { $0 + ($1.bytes ?? 0) }
        let used = max(report.size - report.free, 0)
        let body = site.renderer.html(
            "host",
            [
                "folder": report.folder, "version": health.version,
                "summary":
                    "\(ByteCountText.text(report.free)) free of \(ByteCountText.text(report.size)), \(report.workers.count) of \(report.capacity) job slots in use",
                "bar": Self.bar(used: used, ours: min(ours, used), size: report.size),
                "ours": ByteCountText.text(ours), "others": ByteCountText.text(max(used - ours, 0)),
                "free": ByteCountText.text(report.free),
                "measured": Filled(report.measuredAt.map { HTMLText.time($0) }), "isMeasuring": report.isMeasuring,
                "isUnknown": report.measuredAt == nil, "problems": report.problems,
                "checks": health.checks.map { check -> PageValues in
                    let mood = Mood(
                        name: check.level == .ok ? "success" : check.level == .degraded ? "running" : "failure",
                        label: check.level == .ok ? "OK" : check.level == .degraded ? "Needs a look" : "Failing")
                    return [
                        "name": check.name, "badge": check.level == .degraded ? Self.warning : mood.badge, "detail": check.detail,
                    ]
                },
                "parts": report.parts.sorted { ($0.bytes ?? 0) > ($1.bytes ?? 0) }.map(Self.partLine),
                "due": report.due.map(Self.dueLine), "hasDue": !report.due.isEmpty,
                "workers": report.workers.map(Self.workerLine), "hasWorkers": !report.workers.isEmpty,
                "daemon": Filled(report.daemonBytes.map { ByteCountText.text($0) }), "capacity": report.capacity,
            ])
        let view = site.renderer.view(
            title: "Host", mood: "", frame: PageFrame(section: .host), fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private static let warning =
        "<span class=\"badge mood-running\"><svg class=\"icon icon-still\" aria-hidden=\"true\"><use href=\"#i-waiting\"/></svg>Needs a look</span>"

    /// What others have, what is ours and what is free, of the whole file system.
    private static func bar(used: Int64, ours: Int64, size: Int64) -> String {
        guard size > 0 else { return "" }
        let (other, own) = (Double(used - ours) / Double(size) * 1000, Double(ours) / Double(size) * 1000)
        func rectangle(_ kind: String, _ from: Double, _ width: Double) -> String {
            "<rect class=\"disk-\(kind)\" x=\"\(Int(from))\" y=\"0\" width=\"\(Int(width.rounded(.up)))\" height=\"20\"/>"
        }
        return """
            <svg viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label="\
            \(Int(other / 10)) percent used by others, \(Int(own / 10)) percent by Slipway">\
            \(rectangle("free", 0, 1000))\(rectangle("other", 0, other))\(rectangle("ours", other, own))</svg>
            """
    }

    private static func partLine(_ part: HostReport.Part) -> PageValues {
        [
            "name": part.name, "detail": part.detail, "rule": part.rule,
            "size": part.bytes.map { ByteCountText.text($0) } ?? "counting…",
            "limit": Filled(part.limit.map { "of \(ByteCountText.text($0))" }),
            "hasLimit": part.limit != nil && part.bytes != nil, "value": part.bytes ?? 0, "most": part.limit ?? 1,
        ]
    }

    private static func dueLine(_ due: HostReport.Due) -> PageValues {
        [
            "what": due.what, "address": Filled(due.runID.map { "/runs/\($0)" }), "when": HTMLText.time(due.at),
            "size": due.bytes.map { ByteCountText.text($0) } ?? "",
        ]
    }

    private static func workerLine(_ worker: HostReport.Worker) -> PageValues {
        [
            "jobID": worker.job.id, "job": worker.job.name, "runID": worker.run.id, "title": worker.run.title,
            "repository": worker.run.repository, "memory": worker.bytes.map { ByteCountText.text($0) } ?? "not to be seen",
            "processes": worker.processes, "duration": HTMLText.duration(from: worker.job.startedAt, to: nil),
        ]
    }
}
