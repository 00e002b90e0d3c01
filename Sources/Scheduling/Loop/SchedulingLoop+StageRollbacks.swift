internal import Plan
internal import Store

/// Pipelines of stages: what a failed stage deployed goes back where its `on-failure` asks for it.
extension SchedulingLoop {
    /// Has a run put back what a failed stage deployed.
    func rollBackStage(of state: RunState) async {
        guard let stage = state.stageToRollBack, let returner = scheduler.returner else { return }
        let run = state.run.id
        do {
            let back = try await returner.putBack(stage: stage, of: state)
            for state in back.runs { add(state) }
            _ = try await scheduler.store.apply([
                .annotate(job: stage.id, Annotation(level: .notice, message: back.remark, title: "Rollback")),
                .clearRetry(run: run),
            ])
        } catch {
            scheduler.report(
                "can't roll the stage \(stage.key) of run \(run) back, which the next start of the daemon does: \(error)")
        }
    }

    /// A stage whose deployments were put back has to make all of them again.
    func checkRollback(of state: RunState, _ selection: RerunSelection) throws(SchedulingError) {
        guard let stage = state.stageToRollBack else { return }
        switch selection {
        case .all, .stage(_, .allActions): return
        case .failed, .only, .alone, .stage, .after:
            throw SchedulingError(
                .conflict,
                "what the stage \"\(stage.key)\" of run \(state.run.id) deployed is rolled back: retry all of its actions "
                    + "(\"slipway rerun \(state.run.id) --stage \(stage.key)\")")
        }
    }
}

extension RunState {
    /// The failed stage whose deployments go back, now that the run has ended; nil: there is none.
    var stageToRollBack: Job? {
        guard plan.dialect == .pipeline, run.cancelReason == nil else { return nil }
        return jobs.first { job in
            job.callerID == nil && job.conclusion?.isFailure ?? false && plan.job(job.key)?.stageRollsBack == true
        }
    }
}
