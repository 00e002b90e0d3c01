internal import FoundationEssentials
internal import Plan

/// The step that failed last.
struct FailedStep {
    var name: String
    /// Nil for a step that started no process.
    var place: ShellPlace?
}

extension JobWalker {
    /// Stands still after the job's first failure, where somebody asked for that. The job's time does not pass meanwhile.
    ///
    /// - Parameter upcoming: the names of the steps that come next.
    func pauseOnFailure(before upcoming: [String]) throws(ExecutionError) {
        guard let pause = parts.pause, let site, isSetUp, !hasPaused, status == .failure, cancellation.level == .none,
            (wantedRetry?.count ?? 0) <= retryCount
        else { return }
        hasPaused = true
        let rest = jobLimit.deadline.remaining
        let name = "Pause on failure"
        try journal.append(.stepsPlanned(from: nextNumber, steps: [name] + upcoming))
        try step(name) { () throws(ExecutionError) in
            let since = now()
            let failed = failedStep?.name ?? "a step"
            let told = JobPause(step: log.masked(failed), since: since, until: since.addingTimeInterval(pause.limit))
            log.write("The job stands still, since \"\(failed)\" failed; for \(Self.text(pause.limit)) at most")
            try journal.append(.paused(told))
            var hold = PauseHold(pause: pause, walker: self, site: site, told: told, place: failedStep?.place)
            let end = try hold.run()
            log.write(Self.words(for: end))
            try journal.append(.resumed(end))
        }
        jobLimit = .job(after: rest)
    }

    private static func text(_ seconds: Double) -> String {
        let minutes = Int(seconds / 60)
        return seconds < 120 ? "\(Int(seconds)) seconds" : "\(minutes) minutes"
    }

    private static func words(for end: JobPause.End) -> String {
        switch end {
        case .resumed(let actor): "\(actor) lets the job go on"
        case .timedOut: "##[warning]Nobody let the job go on in time: it goes on by itself"
        case .cancelled: "The job is cancelled"
        }
    }
}

/// One pause, from its beginning to its end.
private struct PauseHold {
    let pause: FailurePause
    let walker: JobWalker
    let site: JobSite
    let told: JobPause
    let place: ShellPlace?
    private var shells: [Int: RunningShell] = [:]
    private var count = 0

    init(pause: FailurePause, walker: JobWalker, site: JobSite, told: JobPause, place: ShellPlace?) {
        self.pause = pause
        self.walker = walker
        self.site = site
        self.told = told
        self.place = place
    }

    mutating func run() throws(ExecutionError) -> JobPause.End {
        pause.begin()
        do {
            let end = try wait()
            try stop(Self.reason(end))
            return end
        } catch {
            // The journal can't be written: no shell goes on unseen.
            try? stop("the job can't report any more")
            throw error
        }
    }

    private mutating func wait() throws(ExecutionError) -> JobPause.End {
        let deadline = Deadline(after: pause.limit)
        while true {
            var end: JobPause.End?
            for news in pause.takeNews() {
                switch news {
                case .resume(let actor): end = end ?? .resumed(by: actor)
                case .shell(let request, let connection):
                    if end == nil { try open(request, connection) } else { connection.refuse("the pause is over") }
                case .ended(let number, let reason): try close(number, reason)
                }
            }
            if let end { return end }
            if walker.cancellation.level != .none { return .cancelled }
            if deadline.hasPassed { return .timedOut }
            pause.wait(until: deadline, cancellation: walker.cancellation)
        }
    }

    /// Ends the shells, and waits until nothing of them is left.
    private mutating func stop(_ reason: String) throws(ExecutionError) {
        for shell in shells.values { shell.stop(reason) }
        var failure: ExecutionError?
        while !shells.isEmpty {
            for news in pause.takeNews() {
                switch news {
                case .resume: break
                case .shell(_, let connection): connection.refuse("the pause is over")
                case .ended(let number, let reason):
                    do throws(ExecutionError) { try close(number, reason) } catch { failure = error }
                }
            }
            if !shells.isEmpty { pause.wait(until: nil, cancellation: nil) }
        }
        pause.end()
        if let failure { throw failure }
    }

    private static func reason(_ end: JobPause.End) -> String {
        switch end {
        case .resumed(let actor): "\(actor) let the job go on"
        case .timedOut: "the pause was over"
        case .cancelled: "the job was cancelled"
        }
    }

    // MARK: - Shells

    /// It is on record before it is there.
    private mutating func open(_ request: ShellRequest, _ connection: ShellConnection) throws(ExecutionError) {
        guard shells.count < FailurePause.mostShells else {
            return connection.refuse("the job has \(shells.count) shells already: end one of them")
        }
        count += 1
        var use = ShellUse(actor: request.actor, userID: request.userID, startedAt: walker.now())
        walker.log.write("\(use.actor), user id \(use.userID), opens a shell")
        try walker.journal.append(.shell(use))
        do throws(ExecutionError) {
            let shell = try RunningShell(use)
            let terminal = try makeTerminal(request)
            guard shell.start(connection, terminal, number: count, greeting: greeting, in: pause) else {
                throw ExecutionError("no thread can be started for the shell")
            }
            shells[count] = shell
        } catch {
            connection.refuse(error.message)
            use.end = .init(at: walker.now(), reason: error.message)
            walker.log.write("##[warning]the shell can't be opened: \(error.message)")
            try walker.journal.append(.shell(use))
        }
    }

    private var greeting: String { "after the step \"\(told.step)\" of the job \"\(site.assignment.jobName)\"" }

    private func makeTerminal(_ request: ShellRequest) throws(ExecutionError) -> any CommandTerminal {
        let workplace = site.workplace
        var environment = place?.environment ?? site.assignment.environment.merging(workplace.environment) { first, _ in first }
        if environment["PATH"] == nil { environment["PATH"] = workplace.environment["PATH"] }
        environment["TERM"] = Self.isName(request.terminal) ? request.terminal : "dumb"
        // What is typed is nobody else's business: HOME may be one that jobs share.
        environment["HISTFILE"] = ""
        let shell = workplace.finds(program: "bash") ? ["bash", "--noprofile", "--norc"] : ["sh"]
        let command = Command(
            arguments: shell, environment: environment,
            workingDirectory: place?.workingDirectory ?? workplace.folders.workspace.inside)
        do throws(ExecutionError) { return try workplace.openTerminal(for: command, size: request.size) } catch {
            // The step may have removed its folder.
            var other = command
            other.workingDirectory = workplace.folders.workspace.inside
            guard other != command else { throw error }
            return try workplace.openTerminal(for: other, size: request.size)
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [43, 45, 46, 95].contains(byte)
            }
    }

    private mutating func close(_ number: Int, _ reason: String) throws(ExecutionError) {
        guard let shell = shells.removeValue(forKey: number) else { return }
        var use = shell.use
        use.end = .init(at: walker.now(), reason: reason)
        let seconds = Int(walker.now().timeIntervalSince(use.startedAt).rounded())
        walker.log.write("the shell of \(use.actor) has ended after \(seconds) seconds: \(reason)")
        try walker.journal.append(.shell(use))
    }
}
