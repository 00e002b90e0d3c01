internal import Web

/// Prints the logs of a run's jobs, one after another, each under a heading.
struct RunLogPrinter: Sendable {
    let client: DaemonClient
    let run: String
    let isFollowing: Bool

    private static let pause = Duration.seconds(1)

    func run() async throws {
        var printed: Set<String> = []
        while true {
            let current = try await isFollowing ? client.runAcrossRestarts(run) : client.run(run)
            if let job = next(of: current, after: printed) {
                printed.insert(job.id)
                try await print(job, of: current)
            } else if !isFollowing || current.status == "completed" {
                if printed.isEmpty { try tellAbsence(of: current) }
                return
            } else {
                // Every job that there is was printed, but the run may get more: cells of a matrix, or a rerun.
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Why there is nothing to print: a run that was refused says what is wrong with its file.
    private func tellAbsence(of run: RunRepresentation) throws(CommandFailure) {
        let reason = run.reason.map { ": \($0.printable)" } ?? ""
        guard run.conclusion == "refused" else {
            return Terminal.report(
                "slipway: no job of run \(run.id) has a log\(run.status == "completed" ? reason : " so far\(reason)")")
        }
        let mistakes = RunOutline(run: run).diagnostics.joined().dropLast()
        throw CommandFailure(
            .rejected,
            "run \(run.id) was refused, so it has no log\(reason)" + (mistakes.isEmpty ? "" : "\n\(mistakes)"))
    }

    /// Jobs that have begun come first, in the order in which they did; one that waits would hold up the others.
    private func next(of run: RunRepresentation, after printed: Set<String>) -> JobRepresentation? {
        let jobs = (run.jobs ?? []).filter { !printed.contains($0.id) }
        let begun = jobs.filter { $0.startedAt != nil }.min { ($0.startedAt ?? "") < ($1.startedAt ?? "") }
        return begun ?? (isFollowing ? jobs.first { $0.status != "waiting" } : nil)
    }

    private func print(_ job: JobRepresentation, of run: RunRepresentation) async throws {
        if job.startedAt == nil, job.status == "completed" {
            let end = StatusText.text(status: job.status, conclusion: job.conclusion)
            let reason = job.reason.map { ": \($0.printable)" } ?? ""
            return Terminal.report("slipway: \(job.name.printable) (job \(job.id)) has no log, it did not start: \(end)\(reason)")
        }
        if (run.jobs?.count ?? 0) > 1 {
            Terminal.write(line: TextColor.bold.applied(to: "==> \(job.name.printable) (job \(job.id)) <=="))
        }
        if isFollowing {
            try await LogFollower(client: client, job: job.id).run()
        } else {
            try await LogDownload(client: client, job: job.id).run()
        }
    }
}
