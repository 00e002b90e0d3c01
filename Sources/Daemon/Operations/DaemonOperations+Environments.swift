internal import Plan
internal import Scheduling
internal import Settings
internal import Store
internal import Web

/// Environments: what the settings say of them, and going back to what one had before.
extension DaemonOperations {
    func environments(ofRepository name: String) async -> [EnvironmentDescription] {
        (settings.value.repository(named: name)?.environments ?? []).map(EnvironmentDescription.init)
    }

    func restore(environmentDeployment id: Int64, reason: String?, actor: Actor) async throws(OperationError) -> Run {
        let rollback: RollbackRun
        let subject: String
        do {
            guard let target = try await store.environmentDeployment(id) else {
                throw OperationError(.notFound, "there is no deployment \(id) to an environment")
            }
            subject = "environment \(target.repository)/\(target.environment)"
            rollback = try await self.rollback(to: target, reason: reason, actor: actor)
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        return try await start(rollback, subject: subject, actor: actor)
    }

    /// Each service that the environment's jobs deployed gets what it had once the target had been deployed.
    private func rollback(to target: EnvironmentDeployment, reason: String?, actor: Actor) async throws -> RollbackRun {
        let name = "deployment \(target.id) to \(target.environment)"
        guard target.status == .succeeded else {
            throw OperationError(.conflict, "\(name) did not succeed: there is nothing of it to go back to")
        }
        let history = try await store.environmentDeployments(
            repository: target.repository, environment: target.environment, limit: Store.longestHistory)
        let made = try await store.deployments(ofJobs: history.map(\.jobID)).filter { [.succeeded, .begun].contains($0.status) }
        let before = Set(history.filter { $0.id <= target.id }.map(\.jobID))
        guard made.contains(where: { before.contains($0.jobID) }) else {
            throw OperationError(
                .conflict,
                "\(name) changed no service of ECS and no container that Slipway knows of, so there is nothing to put back: rerun run "
                    + "\(target.releasedRunID), which makes the same deployment again")
        }
        var targets: [RollbackRun.Target] = []
        var strangers: [Int64] = []
        for arn in Self.services(of: made) {
            guard let newest = try await store.newestDeployment(ofService: arn),
                let back = ServiceReturn(of: newest, made: made, before: before)
            else { continue }
            guard newest.status.isOver else {
                throw OperationError(
                    .conflict,
                    "run \(newest.runID) is deploying to \(newest.cluster)/\(newest.service): wait for its end, or cancel it first"
                )
            }
            guard back.isNeeded else { continue }
            if !history.contains(where: { $0.jobID == newest.jobID }) { strangers.append(newest.runID) }
            targets.append(try await back.target { deployment in try await store.source(of: deployment).0 })
        }
        guard !targets.isEmpty else {
            throw OperationError(.conflict, "the services of \(target.environment) run already what \(name) gave them")
        }
        return RollbackRun(
            targets: targets, repository: target.repository, ref: target.ref, commit: target.commit,
            environment: target.environment, restores: target.id,
            title: Self.title(of: target, undoing: strangers), reason: reason, actor: actor.account, now: now())
    }

    /// - Parameter strangers: the runs that deployed one of the services last, and not to the environment.
    private static func title(of target: EnvironmentDeployment, undoing strangers: [Int64]) -> String {
        let title = "Roll back \(target.environment) to \(target.commit.prefix(8))"
        guard !strangers.isEmpty else { return title }
        let runs = Set(strangers).sorted().map { "run \($0)" }.joined(separator: " and ")
        return "\(title), undoing what \(runs) deployed outside of it"
    }

    /// In the order in which they were deployed first.
    private static func services(of made: [Deployment]) -> [String] {
        var arns: [String] = []
        for deployment in made where !arns.contains(deployment.serviceARN) { arns.append(deployment.serviceARN) }
        return arns
    }
}

extension EnvironmentDescription {
    init(_ settings: EnvironmentSettings) {
        self.init(
            name: settings.name, approvers: settings.approvers, preventsSelfReview: settings.preventsSelfReview,
            wait: settings.wait.seconds, branches: settings.branches, tags: settings.tags,
            hasExclusiveLock: settings.hasExclusiveLock)
    }
}
