internal import Plan
internal import Scheduling
internal import Store
internal import Triggers
internal import Web

/// Running again what ran before.
extension DaemonOperations {
    func rerun(
        run id: Int64, jobs: RerunSelection, reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        if options.pausesOnFailure { try await checkPause(ofRun: id, actor) }
        do {
            let run = try await scheduler.rerun(
                run: id, jobs: jobs, reason: Self.record("rerun", actor, reason, options: options), options: options,
                by: actor.account)
            await audit(actor, "rerun", "run \(id)", Self.detail(reason, options: options))
            return run
        } catch {
            throw OperationError(error)
        }
    }

    func rerun(
        run id: Int64, inputs: [String: String], reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        if options.pausesOnFailure { try await checkPause(ofRun: id, actor) }
        let found: RunState?
        do { found = try await store.runState(id) } catch { throw OperationError(.unavailable, "\(error)") }
        guard let found else { throw OperationError(.notFound, "there is no run \(id)") }
        let watcher = try watcher(of: found.run.repository)
        do {
            let state = try await watcher.dispatchAgain(
                found, inputs: inputs,
                reason: Self.record("run \(id) again with other inputs", actor, reason, options: options), options: options,
                actor: actor.account)
            let changed = inputs.keys.sorted().joined(separator: ", ")
            let why = Self.detail(reason, options: options)
            await audit(actor, "rerun", "run \(id)", "as run \(state.run.id) with \(changed)\(why.isEmpty ? "" : ": \(why)")")
            return state.run
        } catch {
            throw OperationError(error)
        }
    }

    private static func record(_ what: String, _ actor: Actor, _ reason: String?, options: AttemptOptions) -> String {
        let remark = options.remark.isEmpty ? "" : ", \(options.remark)"
        return "\(what) by \(actor)\(remark)\(reason.map { ": \($0)" } ?? "")"
    }

    private static func detail(_ reason: String?, options: AttemptOptions) -> String {
        [reason, options.remark.isEmpty ? nil : options.remark].compactMap { $0 }.joined(separator: ", ")
    }
}
