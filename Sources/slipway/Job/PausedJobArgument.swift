internal import ArgumentParser
internal import Web

/// A job that stands still after a failure, on the command line.
struct PausedJobArgument: ParsableArguments {
    @OptionGroup var run: RunArgument

    @Argument(help: "The job, by its key, name or id. [default: the only one that stands still]")
    var job: String?

    func find(_ client: DaemonClient) async throws(CommandFailure) -> JobRepresentation {
        let found = try await client.run(run.id)
        if let job {
            let named = try found.job(job)
            guard named.pause != nil else {
                throw CommandFailure(.rejected, "job \(named.id) (\(named.name)) does not stand still: it is \(named.status)")
            }
            return named
        }
        let paused = (found.jobs ?? []).filter { $0.pause != nil }
        guard let only = paused.first else {
            throw CommandFailure(
                .rejected,
                "no job of run \(found.id) stands still; ask for it with \"slipway rerun \(found.id) --pause-on-failure\"")
        }
        guard paused.count == 1 else {
            let names = paused.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw CommandFailure(.usage, "several jobs of run \(found.id) stand still; name one: \(names)")
        }
        return only
    }
}
