internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// What holds a job, or the whole run, back though its needs are complete: the limit of its matrix, and concurrency groups.
extension RunMachine {
    /// Queues a job, or begins its call, once nothing holds it back.
    mutating func admit(
        _ row: Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date, groups: inout ConcurrencyGroups,
        into decision: inout Decision
    ) {
        var job = row
        if plan.isGated {
            do throws(Refusal) { try findEnvironment(of: &job, plan, contexts: contexts, at: now) } catch {
                return conclude(job, error.conclusion, reason: error.reason, at: now, into: &decision)
            }
            guard isApproved(&job, plan, contexts: contexts, at: now, into: &decision),
                isTimerOver(of: job, at: now, into: &decision)
            else { return }
            if job.claims.isEmpty, let reason = matrixLimitReached(by: job) {
                return wait(job, reason: reason, into: &decision)
            }
            do throws(Refusal) {
                try claim(&job, plan, contexts: contexts, at: now)
            } catch {
                return conclude(job, error.conclusion, reason: error.reason, at: now, into: &decision)
            }
            guard enterGroups(&job, at: now, groups: &groups, into: &decision) else { return }
        }
        if let call = plan.call { return begin(call, of: job, at: now, into: &decision) }
        if !plan.isGated { queue(&job, plan, contexts: contexts, at: now) }
        if plan.isGated { (job.status, job.reason) = (.queued, Self.waitsForCapacity) }
        if job.status == .completed { complete(job, into: &decision) } else { update(job, into: &decision) }
    }

    /// Why a job can't go on to its groups.
    struct Refusal: Error {
        var conclusion: Conclusion
        var reason: String
    }

    /// Names the job, and evaluates what it calls with and which groups it has to be in.
    private func claim(
        _ job: inout Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date
    ) throws(Refusal) {
        guard job.claims.isEmpty else { return }
        if plan.call == nil {
            queue(&job, plan, contexts: contexts, at: now)
            // What no executor takes must not hold its group.
            if job.status == .completed { throw Refusal(conclusion: .refused, reason: job.reason ?? "no executor takes it") }
            (job.status, job.reason) = (.waiting, nil)
        } else {
            job.name = name(of: job, plan, in: EvaluationContext(contexts: contexts))
        }
        do throws(ExpressionError) {
            if let claim = try plan.concurrency?.claim(in: contexts, at: now) { job.claims.append(claim) }
            guard let call = plan.call else {
                // The last one: who has it is to wait for nothing more.
                if let lock = deployLock(of: job, plan, at: now) { job.claims.append(lock) }
                return
            }
            if job.callInputs == nil {
                job.callInputs = try CallInputs(call).values(
                    in: contexts, github: self.contexts.github, variables: facts.variables)
            }
            let inside: ExpressionObject = [
                "github": .object(self.contexts.github), "inputs": .object(job.callInputs ?? ExpressionObject()),
                "vars": .object(facts.variables),
            ]
            if let claim = try call.plan.concurrency?.claim(in: inside, at: now) { job.claims.append(claim) }
        } catch {
            throw Refusal(conclusion: .failure, reason: error.message)
        }
    }

    /// - Returns: whether the job is in all of its groups; else it waits, or has ended.
    private mutating func enterGroups(
        _ job: inout Job, at now: Date, groups: inout ConcurrencyGroups, into decision: inout Decision
    ) -> Bool {
        while let index = job.claims.firstIndex(where: { !$0.isHeld }) {
            let entry = ConcurrencyGroups.Entry(
                member: ConcurrencyGroups.Member(run: run.id, job: job.id), label: "job \(job.name) of \(label)",
                claim: job.claims[index], containers: containers(of: job))
            let (admission, displaced) = groups.enter(entry, of: run.repository)
            decision.displaced += displaced
            switch admission {
            case .held:
                job.claims[index].isHeld = true
            case .waiting(let reason):
                job.reason = reason
                if jobs.job(job.id) != job { update(job, into: &decision) }
                return false
            case .refused(let reason):
                conclude(job, .cancelled, reason: reason, at: now, into: &decision)
                return false
            }
        }
        return true
    }

    private func containers(of job: Job) -> [ConcurrencyGroups.Member] {
        [member] + jobs.callers(of: job).map { ConcurrencyGroups.Member(run: run.id, job: $0.id) }
    }

    private var label: String { "run \(run.id) (\(run.workflow))" }

    // MARK: - The run's own group

    /// - Returns: whether the run's jobs may be looked at: it is in its group, has none, or is cancelled.
    mutating func isAdmitted(
        at now: Date, groups: inout ConcurrencyGroups, into decision: inout Decision
    ) -> Bool {
        if cancelReason != nil { return true }
        var run = run
        if run.claims.isEmpty, run.status != .running, let concurrency = plan.concurrency {
            let contexts: ExpressionObject = [
                "github": .object(contexts.github), "inputs": .object(event.inputs), "vars": .object(facts.variables),
            ]
            do {
                run.claims = [try concurrency.claim(in: contexts, at: now)]
            } catch {
                fail(reason: error.message, at: now, into: &decision)
                return false
            }
        }
        guard let index = run.claims.firstIndex(where: { !$0.isHeld }) else { return true }
        let entry = ConcurrencyGroups.Entry(member: member, label: label, claim: run.claims[index], containers: [])
        let (admission, displaced) = groups.enter(entry, of: run.repository)
        decision.displaced += displaced
        switch admission {
        case .held:
            run.claims[index].isHeld = true
            admitRun(run, into: &decision)
            return true
        case .waiting(let reason):
            self.hold(run, reason: reason, into: &decision)
            return false
        case .refused(let reason):
            update(run, into: &decision)
            decision.append(cancel(reason: reason, at: now))
            return true
        }
    }

    private mutating func admitRun(_ run: Run, into decision: inout Decision) {
        var run = run
        if run.status == .waiting { (run.status, run.reason) = (.queued, nil) }
        update(run, into: &decision)
        attendAll()
    }

    private mutating func hold(_ run: Run, reason: String, into decision: inout Decision) {
        var run = run
        run.status = .waiting
        run.reason = reason
        if run != self.run { update(run, into: &decision) }
        for job in jobs.all where job.status == .waiting { wait(job, reason: "its run \(reason)", into: &decision) }
    }

    private mutating func fail(reason: String, at now: Date, into decision: inout Decision) {
        for job in jobs.all where job.status != .completed {
            conclude(job, .skipped, reason: reason, at: now, into: &decision)
        }
        end(as: .failure, reason: reason, at: now, into: &decision)
    }

    // MARK: - What happens in groups

    /// The run, or a job of it, is in a group now for which it waited.
    mutating func admitted(_ member: ConcurrencyGroups.Member, to group: String) -> Decision {
        var decision = Decision()
        func isMeant(_ claim: ConcurrencyClaim) -> Bool { !claim.isHeld && claim.group.lowercased() == group.lowercased() }
        guard let id = member.job else {
            var run = run
            guard let index = run.claims.firstIndex(where: isMeant) else { return decision }
            run.claims[index].isHeld = true
            admitRun(run, into: &decision)
            return decision
        }
        guard var job = job(id), let index = job.claims.firstIndex(where: isMeant) else { return decision }
        job.claims[index].isHeld = true
        update(job, into: &decision)
        attend(RunJobs.Place(of: job))
        return decision
    }

    /// The run, or a job of it, has to make room for another in a group.
    mutating func displaced(_ displacement: ConcurrencyGroups.Displacement, at now: Date) -> Decision {
        var decision = Decision()
        guard let id = displacement.member.job else {
            return cancelReason == nil && !isComplete ? cancel(reason: displacement.reason, at: now) : decision
        }
        if let job = job(id), job.status != .completed, !job.cancelRequested {
            stopTree(of: job, reason: displacement.reason, at: now, into: &decision)
        }
        return decision
    }

    /// The run, or a job of it, waits for another one than before.
    mutating func waits(_ displacement: ConcurrencyGroups.Displacement) -> Decision {
        var decision = Decision()
        if let id = displacement.member.job {
            if let job = job(id), job.status == .waiting { wait(job, reason: displacement.reason, into: &decision) }
        } else if run.status == .waiting {
            hold(run, reason: displacement.reason, into: &decision)
        }
        return decision
    }

    /// What the store says about who is in a group: after a restart, where `groups` knows nobody yet.
    func holdings() -> [ConcurrencyGroups.Entry] {
        let ofRun = run.claims.filter(\.isHeld).map { claim in
            ConcurrencyGroups.Entry(member: member, label: label, claim: claim, containers: [])
        }
        return ofRun
            + jobs.all.flatMap { job in
                job.claims.filter(\.isHeld).map { claim in
                    ConcurrencyGroups.Entry(
                        member: ConcurrencyGroups.Member(run: run.id, job: job.id), label: "job \(job.name) of \(label)",
                        claim: claim,
                        containers: containers(of: job))
                }
            }
    }
}

extension ConcurrencyPlan {
    /// The place that it asks for.
    ///
    /// - Throws: an error with the key in its message, also for a group without a name: that is hardly ever meant.
    func claim(in contexts: ExpressionObject, at now: Date) throws(ExpressionError) -> ConcurrencyClaim {
        let context = EvaluationContext(contexts: contexts)
        do throws(ExpressionError) {
            let name = try group.text(in: context)
            guard !name.allSatisfy(\.isWhitespace) else {
                throw ExpressionError(
                    phase: .evaluation,
                    message: "the name is empty (\(group.source)): give what it is made of a value for every event, as in "
                        + "github.head_ref || github.run_id")
            }
            return ConcurrencyClaim(
                group: name, cancelsInProgress: try cancelInProgress?.flag(in: context) ?? false, queue: queue, since: now)
        } catch {
            // The message may name it already.
            let place = error.message.contains(group.source) ? "" : " (\(group.source))"
            throw ExpressionError(phase: .evaluation, message: "can't evaluate the concurrency group\(place): \(error.message)")
        }
    }
}
