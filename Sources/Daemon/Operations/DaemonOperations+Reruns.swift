internal import Plan
internal import Scheduling
internal import Store
internal import Triggers
internal import Web

/// Running again what ran before.
extension DaemonOperations {
    func rerun(
        run id: Int64, jobs: RerunSelection, reason: String?, isDebug: Bool, actor: Actor
    ) async throws(OperationError) -> Run {
        do {
            let run = try await scheduler.rerun(
                run: id, jobs: jobs, reason: Self.record("rerun", actor, reason, isDebug: isDebug), isDebug: isDebug,
                by: actor.account)
            await audit(actor, "rerun", "run \(id)", Self.detail(reason, isDebug: isDebug))
            return run
        } catch {
            throw OperationError(error)
        }
    }

    func rerun(
        run id: Int64, inputs: [String: String], reason: String?, isDebug: Bool, actor: Actor
    ) async throws(OperationError) -> Run {
        let found: RunState?
        do { found = try await store.runState(id) } catch { throw OperationError(.unavailable, "\(error)") }
        guard let found else { throw OperationError(.notFound, "there is no run \(id)") }
        let watcher = try watcher(of: found.run.repository)
        do {
            let state = try await watcher.dispatchAgain(
                found, inputs: inputs,
                reason: Self.record("run \(id) again with other inputs", actor, reason, isDebug: isDebug), isDebug: isDebug,
                actor: actor.account)
            let changed = inputs.keys.sorted().joined(separator: ", ")
            let why = Self.detail(reason, isDebug: isDebug)
            await audit(actor, "rerun", "run \(id)", "as run \(state.run.id) with \(changed)\(why.isEmpty ? "" : ": \(why)")")
            return state.run
        } catch {
            throw OperationError(error)
        }
    }

    private static func record(_ what: String, _ actor: Actor, _ reason: String?, isDebug: Bool) -> String {
        "\(what) by \(actor)\(isDebug ? ", with debug logging" : "")\(reason.map { ": \($0)" } ?? "")"
    }

    private static func detail(_ reason: String?, isDebug: Bool) -> String {
        [reason, isDebug ? "with debug logging" : nil].compactMap { $0 }.joined(separator: ", ")
    }
}
