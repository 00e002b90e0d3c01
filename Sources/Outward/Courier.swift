internal import AWS
internal import Dispatch
internal import FoundationEssentials
internal import Notices
internal import Store

/// Takes one message to where it goes.
struct Courier {
    let configuration: OutwardConfiguration
    let stop: StopSignal

    /// How long one try may take.
    private static let limit = Duration.seconds(30)

    /// Nil where the daemon stops before it is known what came of it: the message stays as it was.
    ///
    /// The calls block, each on a thread of its own.
    func deliver(_ message: OutboxMessage, to target: OutwardTarget, at now: Date) async -> Result<String, NoticeError>? {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue(label: "slipway.outward").async {
                continuation.resume(returning: Result { () throws(NoticeError) in try send(message, to: target, at: now) })
            }
        }
        if case .failure(let error) = result, error.kind == .cancelled { return nil }
        return result
    }

    private func send(_ message: OutboxMessage, to target: OutwardTarget, at now: Date) throws(NoticeError) -> String {
        let patience = AWSPatience(descriptor: stop.descriptor).limited(to: Self.limit)
        switch target {
        case .forge(let repository):
            guard let forge = configuration.forges[repository] else { throw gone(target) }
            let status: CommitStatus = try content(of: message)
            try ForgeReporter(target: forge, patience: patience).report(status)
            return "\(status.context): \(status.state.rawValue)"
        case .webhook(let name):
            guard let webhook = configuration.webhooks.first(where: { $0.name == name }) else { throw gone(target) }
            try post(message, to: webhook, at: now, patience)
            return "taken"
        case .notification(let name, let kind):
            guard let way = configuration.rules.first(where: { $0.name == name })?.ways.first(where: { $0.kind == kind }) else {
                throw gone(target)
            }
            let notice: Notice = try content(of: message)
            let found = try way.make()
            try found.send(notice, delivery: message.delivery, attempts: 1, patience)
            return "told \(found.name)"
        }
    }

    private func gone(_ target: OutwardTarget) -> NoticeError {
        NoticeError("\(target.name) is not in the settings any more", kind: .refused)
    }

    private func content<Content: Decodable>(of message: OutboxMessage) throws(NoticeError) -> Content {
        do { return try JSONDecoder().decode(Content.self, from: Data(message.content.utf8)) } catch {
            throw NoticeError("what was kept of message \(message.id) can't be read: \(error)", kind: .refused)
        }
    }

    private func post(
        _ message: OutboxMessage, to webhook: EventWebhook, at now: Date, _ patience: AWSPatience
    ) throws(NoticeError) {
        let address = try webhook.url.address()
        let headers =
            [
                (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "slipway"),
                (name: "X-Slipway-Event", value: message.event),
            ]
            + WebhookSignature(secret: try webhook.secret.value()).headers(
                delivery: message.delivery, timestamp: Int(now.timeIntervalSince1970), body: message.content)
        do throws(NoticeError) {
            try address.post(Array(message.content.utf8), headers: headers, attempts: 1, patience)
        } catch {
            // Whatever a receiver answers may be its own mistake of the moment; only "gone" says that it means it.
            guard error.kind == .refused, !error.message.hasPrefix("it answered HTTP 410") else { throw error }
            throw NoticeError(error.message, kind: .mayPass(after: nil))
        }
    }
}
