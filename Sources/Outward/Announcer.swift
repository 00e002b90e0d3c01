internal import FoundationEssentials
internal import Notices
internal import Plan
internal import Store

/// Decides who is told of an occurrence, and what.
struct Announcer {
    let configuration: OutwardConfiguration
    let now: Date
    let makeID: @Sendable () -> String

    /// How long somebody who does not answer is told again.
    private static let statusLifetime = 24.0 * 3600
    private static let messageLifetime = 72.0 * 3600

    func messages(for report: OccurrenceReport) throws -> [NewOutboxMessage] {
        let statuses = try [status(for: report)].compactMap { $0 }
        return statuses + events(for: report) + (try notices(for: report))
    }

    /// The newest state of a context of a commit is the one that counts.
    private func status(for report: OccurrenceReport) throws -> NewOutboxMessage? {
        let repository = report.run.repository
        guard let forge = configuration.forges[repository],
            let status = CommitStatus(report, forge, pageURL: configuration.pageURL)
        else { return nil }
        let content = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
        let target = OutwardTarget.forge(repository).name
        return NewOutboxMessage(
            message(
                report, to: target, lane: "\(target) \(status.commit) \(status.context)", content: content,
                lifetime: Self.statusLifetime), replacesOlder: true)
    }

    private func events(for report: OccurrenceReport) -> [NewOutboxMessage] {
        let name = report.occurrence.kind.rawValue
        let told = configuration.webhooks.filter { webhook in
            (webhook.events.contains("*") || webhook.events.contains(name)) && webhook.filter.includes(report.run)
        }
        guard !told.isEmpty else { return [] }
        let content = EventPayload(report, pageURL: configuration.pageURL).json
        return told.map { webhook in
            let target = OutwardTarget.webhook(webhook.name).name
            return NewOutboxMessage(
                message(
                    report, to: target, lane: "\(target) run \(report.run.id)", content: content, lifetime: Self.messageLifetime),
                replacesOlder: false)
        }
    }

    private func notices(for report: OccurrenceReport) throws -> [NewOutboxMessage] {
        var messages: [NewOutboxMessage] = []
        for rule in configuration.rules {
            guard let occasion = rule.occasion(of: report) else { continue }
            let notice = Notice(report, as: occasion, pageURL: configuration.pageURL)
            let content = String(decoding: try JSONEncoder().encode(notice), as: UTF8.self)
            for way in rule.ways {
                let target = OutwardTarget.notification(rule.name, way.kind).name
                let lane = "\(target) run \(report.run.id)"
                messages.append(
                    NewOutboxMessage(
                        message(report, to: target, lane: lane, content: content, lifetime: Self.messageLifetime),
                        replacesOlder: false))
            }
        }
        return messages
    }

    private func message(
        _ report: OccurrenceReport, to target: String, lane: String, content: String, lifetime: Double
    ) -> OutboxMessage {
        OutboxMessage(
            target: target, lane: lane, event: report.occurrence.kind.rawValue, delivery: makeID(), runID: report.run.id,
            repository: report.run.repository, content: content, createdAt: now, dueAt: now,
            expiresAt: now.addingTimeInterval(lifetime))
    }
}
