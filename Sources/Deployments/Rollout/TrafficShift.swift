public import AWS

/// What is known of one deployment that shifts traffic, from one look to the next: ECS tells of such by stages, not by the state of a
/// rollout.
public struct TrafficShift: Sendable {
    /// What one look brought.
    public struct News: Equatable, Sendable {
        /// For the log.
        public var lines: [String] = []
        public var verdict: Rollout.Verdict?
        /// Whether ECS is on its way back to what ran before.
        public var goesBack = false
    }

    public let arn: String
    private let configuration: ECSService.DeploymentConfiguration?
    private var said: Set<String> = []

    public init(_ arn: String, of service: ECSService) {
        self.arn = arn
        configuration = service.deploymentConfiguration
    }

    /// Its id, as messages have it.
    public var name: String { ECSService.lastName(of: arn) }

    /// Seconds that ECS waits by itself while all goes well: the bake times that the service is configured with.
    public var bakeTime: Double {
        // An answer's numbers are bounded: an endpoint may be anybody's.
        func bounded(_ minutes: Int) -> Int { min(max(minutes, 0), 100_000) }
        var minutes = bounded(configuration?.bakeTimeInMinutes ?? 0)
        switch configuration?.strategy.flatMap(ECSDeploymentStrategy.init) {
        case .linear:
            let linear = configuration?.linearConfiguration
            let part = min(max(linear?.stepPercent ?? 10, 1), 100)
            minutes += Int((100 / part).rounded(.up)) * bounded(linear?.stepBakeTimeInMinutes ?? 6)
        case .canary: minutes += bounded(configuration?.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
        default: break
        }
        return Double(minutes) * 60
    }

    /// - Parameter current: the deployment of the service that ECS has under way.
    public mutating func take(_ deployment: ECSServiceDeployment, current: String?) -> News {
        var news = News()
        if let stage = deployment.lifecycleStage { say("stage \(stage)\(words(for: stage))", &news) }
        for hook in deployment.lifecycleHookDetails ?? [] {
            guard let line = Self.line(for: hook) else { continue }
            say(line, &news)
        }
        let reason = deployment.statusReason.map { $0.isEmpty ? "ECS gives no reason" : $0 } ?? "ECS gives no reason"
        switch deployment.status {
        case "SUCCESSFUL": news.verdict = .completed
        case "ROLLBACK_SUCCESSFUL":
            news.verdict = .rolledBack("\(deployment.rollback?.reason ?? reason); the traffic is with what ran before")
        case "ROLLBACK_FAILED":
            news.verdict = .failed("\(reason); ECS could not go back to what ran before: look at the service")
        case "STOPPED":
            guard let current, current != arn else {
                news.verdict = .failed("it was stopped: \(reason)")
                break
            }
            news.verdict = .superseded("the deployment \(ECSService.lastName(of: current)) took its place before it was done")
        case "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS":
            news.goesBack = true
            say("ECS goes back to what ran before: \(deployment.rollback?.reason ?? reason)", &news)
        case "STOP_REQUESTED": say("somebody has asked ECS to stop it", &news)
        default: break
        }
        return news
    }

    /// Each thing once.
    private mutating func say(_ text: String, _ news: inout News) {
        guard said.insert(text).inserted else { return }
        news.lines.append("\(name): \(text)")
    }

    private func words(for stage: String) -> String {
        switch stage {
        case "SCALE_UP": return ": the new tasks start beside those that serve"
        case "TEST_TRAFFIC_SHIFT": return ": test traffic goes to the new tasks"
        case "PRODUCTION_TRAFFIC_SHIFT": return ": production traffic goes to the new tasks"
        case "BAKE_TIME":
            let time = configuration?.bakeTimeInMinutes.map { " for \($0) minutes" } ?? ""
            return ": the former tasks stay\(time), for a way back"
        case "CLEAN_UP": return ": the former tasks end"
        default: return ""
        }
    }

    private static func line(for hook: ECSServiceDeployment.Hook) -> String? {
        let name = hook.targetArn.map { ECSService.lastName(of: $0) } ?? hook.hookId ?? "a hook"
        switch hook.status {
        case "AWAITING_ACTION":
            return "it waits at \(name) until somebody lets it go on, by the console of ECS or its call ContinueServiceDeployment"
        case "FAILED": return "the hook \(name) failed"
        case "TIMED_OUT": return "the hook \(name) did not end in its time"
        default: return nil
        }
    }
}
