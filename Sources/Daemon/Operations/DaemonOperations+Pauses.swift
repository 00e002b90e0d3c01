internal import Execution
internal import Git
internal import Plan
internal import Processes
internal import Settings
internal import Store
internal import Web

/// Jobs that stand still after a failure, and the shells in them.
extension DaemonOperations {
    /// Whether the actor may ask for a pause, by the settings.
    ///
    /// - Throws: forbidden.
    func checkPause(_ actor: Actor) throws(OperationError) {
        switch settings.value.pauseOnFailure.role {
        case .operator where actor.role >= .operator, .admin where actor.role >= .admin: return
        case .none:
            throw OperationError(.forbidden, "jobs do not pause on failure here: pause_on_failure.role of the settings is none")
        case .operator, .admin:
            throw OperationError(
                .forbidden,
                "a pause on failure is for the role \(settings.value.pauseOnFailure.role.rawValue) "
                    + "(pause_on_failure.role of the settings), and \(actor.name) has the role \(actor.role.rawValue)")
        }
    }

    /// The same for another attempt at a run, whose code has to be trusted: what a stranger's code leaves running would read
    /// what is typed.
    func checkPause(ofRun id: Int64, _ actor: Actor) async throws(OperationError) {
        try checkPause(actor)
        let event: Event?
        do { event = try await store.event(ofRun: id) } catch { throw OperationError(.unavailable, "\(error)") }
        guard event?.isUntrusted != true else {
            throw OperationError(
                .conflict,
                "run \(id) is of a pull request from a fork: its jobs do not pause, since a shell beside a stranger's code "
                    + "is not safe; push the commit to a branch of the repository first")
        }
    }

    func resume(job id: Int64, actor: Actor) async throws(OperationError) {
        let job = try await pausedJob(id)
        let worker = PausedWorker(of: job, in: folders)
        let name = actor.name
        let isResumed: Bool
        do throws(ProcessError) {
            isResumed = try await shellQueue.run { () throws(ProcessError) in try worker.resume(by: name) }
        } catch {
            throw OperationError(.unavailable, "the worker of job \(id) can't be reached: \(error)")
        }
        guard isResumed else { throw OperationError(.conflict, "job \(id) goes on already") }
        await audit(actor, "continue-job", "job \(id) of run \(job.runID)")
    }

    func openShell(_ wish: ShellWish, actor: Actor) async throws(OperationError) -> ShellTicket {
        try checkPause(actor)
        let job = try await pausedJob(wish.job)
        if let approval = job.approval, actor.role < .admin, !actor.mayAnswer(approval) {
            await audit(actor, "refuse-shell", "job \(job.id) of run \(job.runID)")
            throw OperationError(
                .forbidden,
                "job \(job.id) had to be approved: a shell in it is for admins, and for those who may approve it: "
                    + approval.audience
            )
        }
        let ticket: String
        do {
            ticket = try shellDoor.admit(
                actor.name, to: PausedWorker(of: job, in: folders), size: TerminalSize(columns: wish.columns, rows: wish.rows),
                terminal: wish.terminal)
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        return ShellTicket(socket: shellDoor.path, ticket: ticket)
    }

    private func pausedJob(_ id: Int64) async throws(OperationError) -> Job {
        let found: Job?
        do { found = try await store.job(id) } catch { throw OperationError(.unavailable, "\(error)") }
        guard let job = found else { throw OperationError(.notFound, "there is no job \(id)") }
        guard job.status == .running, job.pause != nil else {
            throw OperationError(
                .conflict,
                "job \(id) does not stand still: ask for it with \"slipway rerun \(job.runID) --pause-on-failure\"")
        }
        return job
    }
}
