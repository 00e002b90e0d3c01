public import AWS

/// What is known of one deployment of a service, from one look at the service to the next.
///
/// A service may be stable while the deployment that was begun is long gone: so it is followed by its own id.
public struct Rollout: Sendable {
    /// How it ended.
    public enum Verdict: Equatable, Sendable {
        case completed
        case failed(String)
        /// It failed, and ECS itself puts back what ran before.
        case rolledBack(String)
        case superseded(String)
    }

    /// What one look brought.
    public struct News: Equatable, Sendable {
        /// For the log, the oldest first.
        public var lines: [String] = []
        public var verdict: Verdict?
        /// Whether tasks may have stopped since the look before.
        public var mayHaveStoppedTasks = false
    }

    public let deploymentID: String
    private var knownEvents: Set<String>
    private var progress = ""
    private var failedTasks = 0
    /// Bounds of the number of failed tasks from which ECS's own circuit breaker gives a deployment up.
    private static let breakerBounds = 3...200

    /// - Parameter service: as it was when the deployment was begun: what had happened to it before is not told.
    public init(_ deploymentID: String, of service: ECSService) {
        self.deploymentID = deploymentID
        knownEvents = Set((service.events ?? []).map(\.id))
    }

    /// Takes one look at the service.
    public mutating func take(_ service: ECSService) -> News {
        var news = News()
        for event in (service.events ?? []).reversed() where knownEvents.insert(event.id).inserted {
            news.lines.append(event.message)
            news.mayHaveStoppedTasks = news.mayHaveStoppedTasks || Self.tellsOfStops(event.message)
        }
        guard let own = service.deployments?.first(where: { $0.id == deploymentID }) else {
            news.verdict = goneVerdict(service)
            return news
        }
        if let line = progressLine(own) { news.lines.append(line) }
        if let failed = own.failedTasks, failed > failedTasks {
            failedTasks = failed
            news.mayHaveStoppedTasks = true
        }
        news.verdict = verdict(own, service)
        if let verdict = news.verdict, verdict != .completed { news.mayHaveStoppedTasks = true }
        return news
    }

    /// Why it is given up, by what was taken so far: its tasks fail one after the other, and nothing of ECS would end it. For whoever
    /// learns from elsewhere how it ends.
    public func reasonToGiveUp(_ service: ECSService) -> String? {
        guard let own = service.deployments?.first(where: { $0.id == deploymentID }),
            case .failed(let reason)? = givenUp(own, service)
        else { return nil }
        return reason
    }

    // MARK: Verdicts

    private func verdict(_ own: ECSDeployment, _ service: ECSService) -> Verdict? {
        switch own.rolloutState {
        case .completed: return .completed
        case .failed: return failure(own, service)
        case nil: return isStable(own, service) ? .completed : replaced(own, service) ?? givenUp(own, service)
        case .inProgress: return replaced(own, service) ?? givenUp(own, service)
        }
    }

    private func failure(_ own: ECSDeployment, _ service: ECSService) -> Verdict {
        let reason = own.rolloutStateReason ?? "ECS gives no reason"
        guard let primary = service.primary, primary.id != deploymentID else { return .failed(reason) }
        let state = primary.taskDefinition.map { "; the service goes back to \(ECSService.lastName(of: $0))" } ?? ""
        return .rolledBack(reason + state)
    }

    /// What became of it where another is the newest.
    private func replaced(_ own: ECSDeployment, _ service: ECSService) -> Verdict? {
        guard own.status != "PRIMARY", let primary = service.primary, primary.id != deploymentID else { return nil }
        return .superseded(Self.words(for: primary))
    }

    /// It is gone from the service's list: another took its place, and its last task is gone.
    private func goneVerdict(_ service: ECSService) -> Verdict {
        guard let primary = service.primary else {
            return .failed("the service has no deployment any more; it may have been deleted")
        }
        return .superseded(Self.words(for: primary))
    }

    private static func words(for deployment: ECSDeployment) -> String {
        let what = deployment.taskDefinition.map { " of \(ECSService.lastName(of: $0))" } ?? ""
        return "the deployment \(deployment.id)\(what) took its place before it was done"
    }

    /// As ECS's circuit breaker counts, for services that have none: without it ECS starts tasks for ever.
    private func givenUp(_ own: ECSDeployment, _ service: ECSService) -> Verdict? {
        guard service.deploymentConfiguration?.deploymentCircuitBreaker?.enable != true else { return nil }
        let desired = own.desiredCount ?? service.desiredCount
        guard failedTasks >= Self.failuresToGiveUp(desired: desired), own.runningCount ?? 0 < desired else { return nil }
        return .failed(
            "\(failedTasks) of its tasks failed one after the other, and the service has no circuit breaker that would end it:"
                + " ECS goes on starting tasks")
    }

    /// Failed tasks after which a deployment of so many is given up, as ECS's circuit breaker counts.
    static func failuresToGiveUp(desired: Int) -> Int {
        min(max((desired + 1) / 2, breakerBounds.lowerBound), breakerBounds.upperBound)
    }

    private func isStable(_ own: ECSDeployment, _ service: ECSService) -> Bool {
        service.deployments?.count == 1 && own.status == "PRIMARY" && service.runningCount == service.desiredCount
            && service.pendingCount ?? 0 == 0
    }

    // MARK: Lines

    private mutating func progressLine(_ own: ECSDeployment) -> String? {
        let parts = [
            "\(own.runningCount ?? 0) of \(own.desiredCount ?? 0) tasks running", "\(own.pendingCount ?? 0) pending",
            (own.failedTasks ?? 0) == 0 ? nil : "\(own.failedTasks ?? 0) failed",
        ]
        let line = "\(own.id): " + parts.compactMap { $0 }.joined(separator: ", ")
        guard line != progress else { return nil }
        progress = line
        return line
    }

    private static func tellsOfStops(_ message: String) -> Bool {
        ["stopped", "unable to", "failed", "unhealthy", "error"].contains { message.contains($0) }
    }
}
