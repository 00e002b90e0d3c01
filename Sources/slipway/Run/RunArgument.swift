internal import ArgumentParser
internal import Web

/// The id of a run on the command line.
struct RunArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's id, as \"slipway runs\" shows it.", valueName: "run"))
    var id: String

    func validate() throws {
        guard Self.isID(id) else { throw ValidationError("a run's id is a number such as 12, not \"\(id)\"") }
    }

    static func isID(_ text: String) -> Bool { Int64(text).map { $0 > 0 } ?? false }
}

extension DaemonClient {
    func run(_ id: String) async throws(CommandFailure) -> RunRepresentation {
        try Self.decode(RunRepresentation.self, from: try await get("/api/v1/runs/\(id)"))
    }

    /// The same for a command that waits for the run: a daemon that restarts meanwhile is given a minute.
    func runAcrossRestarts(_ id: String) async throws -> RunRepresentation {
        for _ in 1..<60 {
            do {
                return try await run(id)
            } catch {
                guard error.status == .unreachable else { throw error }
            }
            try await Task.sleep(for: .seconds(1))
        }
        return try await run(id)
    }
}

extension RunRepresentation {
    /// Finds a job by its id or its key, or by its name, which tells cells of a matrix apart.
    func job(_ text: String) throws(CommandFailure) -> JobRepresentation {
        let jobs = jobs ?? []
        if let job = jobs.first(where: { $0.id == text || $0.name == text }) { return job }
        let found = jobs.filter { $0.key == text }
        guard found.count < 2 else {
            let names = found.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw CommandFailure(.usage, "run \(id) has more than one job \"\(text)\"; name one by its id: \(names)")
        }
        guard let job = found.first else {
            let known = jobs.isEmpty ? "it has none" : "it has \(jobs.map(\.key).joined(separator: ", "))"
            throw CommandFailure(.rejected, "run \(id) has no job \"\(text)\": \(known)")
        }
        return job
    }
}
