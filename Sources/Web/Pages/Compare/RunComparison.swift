internal import Expressions
internal import FoundationEssentials
internal import HTTPTypes
internal import Plan
internal import Store

/// Two runs of one repository beside each other: what was measured, what went in, how long it took, what was deployed.
struct RunComparison: Sendable {
    struct Side: Sendable {
        let run: Run
        let jobs: [Job]
        let inputs: ExpressionObject
        let gates: [WebSite.GateEntry]
        let deployments: [Deployment]

        /// Seconds that a job took; nil where it did not run to an end.
        func seconds(_ name: String) -> Double? {
            guard let job = jobs.first(where: { $0.name == name }), let start = job.startedAt, let end = job.finishedAt else {
                return nil
            }
            return end.timeIntervalSince(start)
        }

        func conclusion(_ name: String) -> Conclusion? { jobs.first { $0.name == name }?.conclusion }

        /// `name@digest` of what was deployed.
        var images: [String] {
            deployments.flatMap(\.images).map { image in image.digest.map { "\(image.name)@\($0)" } ?? image.name }
        }

        func value(_ key: MetricKey) -> Double? {
            let gate = gates.last { entry in
                let stored = entry.stored
                return stored.gate.name == key.gate && stored.place == key.place && (key.job ?? stored.job) == stored.job
            }
            return gate?.stored.gate.metrics.first { $0.name == key.name && $0.slice == key.slice }?.value
        }

        /// The names of the jobs that have a gate of a name.
        func jobs(with gate: String) -> Set<String> {
            Set(gates.filter { $0.stored.gate.name == gate }.map(\.stored.job))
        }
    }

    struct MetricKey: Hashable, Sendable {
        let gate: String
        /// Nil where the job that has the gate is called otherwise in the other run.
        let job: String?
        /// Of the gates of the name in the job, from 1.
        let place: Int
        let name: String
        let slice: String?
    }

    /// Commits that are listed of each side.
    static let mostCommits = 100

    let left: Side
    let right: Side
    /// What only the right one has, and only the left one, newest first; nil where the repository's mirror does not know.
    let added: [CommitLine]?
    let removed: [CommitLine]?

    /// What either of them measured, in the order of the right one.
    var metrics: [MetricKey] {
        Self.merged(
            [right, left].map { side in
                side.gates.flatMap { entry in
                    let (stored, gate) = (entry.stored, entry.stored.gate)
                    let job = isRenamed(gate.name) ? nil : stored.job
                    return gate.metrics.map {
                        MetricKey(gate: gate.name, job: job, place: stored.place, name: $0.name, slice: $0.slice)
                    }
                }
            })
    }

    /// Whether one job alone has a gate in each run, and it is the same one by another name, as a baseline is found.
    private func isRenamed(_ gate: String) -> Bool {
        let (before, after) = (left.jobs(with: gate), right.jobs(with: gate))
        guard before.count == 1, after.count == 1, before != after else { return false }
        return !right.jobs.contains { before.contains($0.name) } && !left.jobs.contains { after.contains($0.name) }
    }

    /// A gate, with what tells it from others of its name.
    func title(ofGate key: MetricKey) -> String {
        let alike = (left.gates + right.gates).map(\.stored).filter { $0.gate.name == key.gate }
        let place = alike.contains { $0.place > 1 } ? " \(key.place)" : ""
        guard let job = key.job, Set(alike.map(\.job)).count > 1 else { return key.gate + place }
        return "\(key.gate)\(place) of \(job)"
    }

    var jobNames: [String] { Self.merged([right, left].map { $0.jobs.map(\.name) }) }
    var inputNames: [String] { Self.merged([right, left].map { $0.inputs.pairs.map(\.key) }) }

    private static func merged<Element: Hashable>(_ lists: [[Element]]) -> [Element] {
        var seen: Set<Element> = []
        return lists.joined().filter { seen.insert($0).inserted }
    }
}

extension WebSite {
    /// The runs that `left` and `right` of a query name.
    func comparison(_ request: WebRequest) async throws -> RunComparison {
        let (left, right) = (try await side(request, "left"), try await side(request, "right"))
        guard left.run.repository == right.run.repository else {
            throw WebProblem(.badRequest, "Runs of two repositories can't be compared: choose two of one.")
        }
        let most = RunComparison.mostCommits
        return RunComparison(
            left: left, right: right, added: await operations.commits(of: right.run, notOf: left.run, limit: most),
            removed: await operations.commits(of: left.run, notOf: right.run, limit: most))
    }

    private func side(_ request: WebRequest, _ name: String) async throws -> RunComparison.Side {
        guard let id = request.query.filled(name).flatMap({ Int64($0) }), id > 0 else {
            throw WebProblem(.badRequest, "left and right are ids of runs: /compare?left=12&right=15")
        }
        let run = try await run(id)
        let jobs = try await store.jobs(ofRun: id)
        return RunComparison.Side(
            run: run, jobs: jobs, inputs: try await store.inputs(ofRun: id), gates: try await gates(of: jobs),
            deployments: try await store.deployments(ofRun: id))
    }
}
