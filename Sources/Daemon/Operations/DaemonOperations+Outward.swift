internal import FoundationEssentials
internal import Outward
internal import Plan
internal import Settings
internal import Store
internal import Web

extension DaemonOperations {
    /// For how long something that is told again is tried.
    private static let redeliveryTime = 72.0 * 3600

    func outward(repository: String?) async throws(OperationError) -> [OutwardDescription] {
        let configuration = outwardConfiguration
        do {
            let troubles = Dictionary(
                try await store.outboxTroubles().map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
            return configuration.targets(telling: repository).map { target in
                OutwardDescription(target, trouble: troubles[target.name])
            }
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
    }

    func redeliver(message id: Int64, actor: Actor) async throws(OperationError) -> OutboxMessage {
        let again: OutboxMessage
        do {
            guard let message = try await store.outboxMessage(id) else {
                throw OperationError(.notFound, "there is no delivery \(id); those that ended are kept for a week")
            }
            guard message.state != .pending else {
                throw OperationError(.conflict, "the delivery \(id) is still to be made: it is tried by itself")
            }
            guard !message.target.hasPrefix("status of ") else {
                throw OperationError(.conflict, "a commit's status is told anew by a rerun: an old one would hide a newer one")
            }
            guard outwardConfiguration.targets(telling: nil).contains(where: { $0.name == message.target }) else {
                throw OperationError(.conflict, "\(message.target) is not in the settings any more")
            }
            let new = try await store.redeliver(message, at: now(), until: now().addingTimeInterval(Self.redeliveryTime))
            guard let found = try await store.outboxMessage(new) else {
                throw OperationError(.notFound, "the run of the delivery \(id) was removed")
            }
            again = found
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        outward.messageAdded(to: again.target)
        await audit(actor, "redeliver", "delivery \(id)", "\(again.event) of run \(again.runID) to \(again.target)")
        return again
    }

    func outwardHealth() async -> HealthReport.Check? {
        let targets: [OutwardDescription]
        do { targets = try await outward(repository: nil) } catch {
            return .init(name: "outward", level: .degraded, detail: error.message)
        }
        guard !targets.isEmpty else { return nil }
        guard let first = targets.first(where: \.isUnauthorized) ?? targets.first(where: { $0.problem != nil }) else {
            return .init(name: "outward", level: .ok, detail: "\(targets.count) are told")
        }
        let count = targets.filter { $0.problem != nil }.count
        let others = count > 1 ? ", and \(count - 1) more" : ""
        return .init(name: "outward", level: .degraded, detail: "\(first.target): \(first.problem ?? "")\(others)")
    }

    private var outwardConfiguration: OutwardConfiguration {
        OutwardConfiguration(settings.value, environment: reloader.environment)
    }
}

extension OutwardDescription {
    fileprivate init(_ target: OutwardTarget, trouble: OutboxTrouble?) {
        let (kind, name): (Kind, String) =
            switch target {
            case .forge(let repository): (.forge, repository)
            case .webhook(let name): (.webhook, name)
            case .notification(let name, _): (.notification, name)
            }
        self.init(
            kind: kind, name: name, target: target.name, problem: trouble?.error,
            isUnauthorized: trouble?.isUnauthorized ?? false, failingSince: trouble?.since.formatted(.iso8601))
    }
}
