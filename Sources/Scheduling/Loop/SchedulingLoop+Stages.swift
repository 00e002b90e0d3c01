internal import FoundationEssentials
internal import Plan
internal import Store

/// Pipelines of stages: retries, and executions that others have passed.
extension SchedulingLoop {
    /// How many newer runs are looked at for one that has passed.
    private static let newerRuns = 100

    /// A stage that a newer execution has entered is not tried again with what came before: that would go back in time. An older
    /// commit is released on purpose by undoing what the newer one deployed.
    func checkStages(of rerun: Rerun, _ state: RunState, _ selection: RerunSelection) async throws {
        guard selection != .all, let stage = try rerun.stages().first, state.plan.job(stage)?.concurrency != nil else { return }
        let run = state.run
        let runs = try await scheduler.store.runs(
            RunFilter(repository: run.repository, workflow: run.workflowPath, limit: Self.newerRuns)
        ).runs.filter { $0.id > run.id }
        let jobs = try await scheduler.store.jobs(ofRuns: runs.map(\.id))
        for newer in runs {
            let entered = jobs[newer.id]?.contains { $0.callerID == nil && $0.key == stage && $0.startedAt != nil } ?? false
            guard entered else { continue }
            throw SchedulingError(
                .conflict,
                "run \(newer.id), which is newer, has entered the stage \"\(stage)\": retry that one; or roll back what it deployed, "
                    + "by its page or \"slipway rollback \(newer.id)\", to have the commit before it again")
        }
    }

    /// Tries a failed stage again where its `on-failure` asks for it: once, in a run's first attempt only.
    func retryStage(of state: RunState) async {
        guard let selection = state.retryByItself, case .stage(let stage, _) = selection else { return }
        let run = state.run
        do {
            try await checkStages(of: Rerun(state: state, selection: selection), state, selection)
            let rows = try Rerun(state: state, selection: selection).rows(at: scheduler.now())
            _ = try await begin(
                rows, of: state, reason: "the stage \(stage) failed, and its on-failure asks for one more try")
        } catch let error as SchedulingError where error.kind == .conflict {
            // A newer execution has passed: its turn is over.
            await clearRetry(of: run.id)
        } catch {
            scheduler.report("can't retry the stage \(stage) of run \(run.id), which the next start of the daemon does: \(error)")
        }
    }

    /// Tries again what the daemon that ran before had noted, and did not come to.
    func retryStages() async {
        do {
            for id in try await scheduler.store.runsToRetry() {
                guard let state = try await scheduler.store.runState(id), state.run.status == .completed,
                    state.retryByItself != nil
                else {
                    await clearRetry(of: id)
                    continue
                }
                await retryStage(of: state)
            }
        } catch {
            scheduler.report("can't read which stages are to be tried again: \(error)")
        }
    }

    private func clearRetry(of run: Int64) async {
        do { _ = try await scheduler.store.apply([.clearRetry(run: run)]) } catch {
            scheduler.report("can't forget that a stage of run \(run) was to be tried again: \(error)")
        }
    }
}

extension RunState {
    /// The stage that is tried again by itself, now that the run has ended; nil: none is.
    var retryByItself: RerunSelection? {
        guard plan.dialect == .pipeline, run.attempt == 1, run.cancelReason == nil,
            let stage = jobs.first(where: { $0.callerID == nil && $0.conclusion?.isFailure ?? false }),
            let mode = plan.job(stage.key)?.stageRetry,
            // A person's no is an answer, and where nobody had one nobody would have it now.
            !jobs.contains(where: { job in job.approval?.answer.map { $0.verdict != .approved } ?? false })
        else { return nil }
        return .stage(stage.key, mode)
    }
}
