internal import HTTPTypes
internal import Plan
internal import Store

extension GateHistory.Choice {
    /// As a query has it: `gate`, `job`, `place`, `branch`.
    ///
    /// - Throws: not found for a place that is no number.
    init(_ query: FormFields) throws(WebProblem) {
        let place = try query.filled("place").map { text throws(WebProblem) in
            guard let place = Int(text) else { throw WebProblem(.notFound, "place is a number from 1, not \"\(text)\".") }
            return place
        }
        self.init(gate: query.filled("gate"), job: query.filled("job"), place: place, branch: query.filled("branch"))
    }
}

extension GateHistory {
    /// More names would not be read.
    private static let mostNames = 30

    /// What is asked for and is nowhere in the repository, in a sentence that names what there is; nil where all is somewhere.
    func absence(in repository: String) -> String? {
        missing.filter { !$0.isElsewhere }.map { sentence($0, repository: repository) }.first
    }

    /// What is asked for and is not in this gate, in a sentence that names what there is; nil where all is there.
    func mismatch(in repository: String) -> String? {
        missing.map { sentence($0, repository: repository) }.first
    }

    /// Leaves the metrics of a name: `recall` is that of each slice, `recall["fraud"]` one of them.
    ///
    /// - Throws: not found where nothing has the name.
    func only(metric wanted: String) throws(WebProblem) -> GateHistory {
        var history = self
        for index in history.points.indices {
            history.points[index].stored.gate.metrics.removeAll { $0.name != wanted && $0.title != wanted }
        }
        history.points.removeAll { $0.stored.gate.metrics.isEmpty }
        guard history.points.isEmpty else { return history }
        var names: [String] = []
        for metric in points.reversed().flatMap(\.stored.gate.metrics) where !names.contains(metric.title) {
            names.append(metric.title)
            if names.count > Self.mostNames { break }
        }
        throw Self.absence(ofMetric: wanted, gate: chosen.gate ?? "", branch: chosen.branch ?? "", known: names)
    }

    static func absence(ofMetric wanted: String, gate: String, branch: String, known: [String]) -> WebProblem {
        WebProblem(.notFound, "The gate \(gate) has measured no \"\(wanted)\" on \(seriesName(branch)); \(list(known)).")
    }

    /// Runs without a branch are in two series of their own.
    static func seriesName(_ branch: String) -> String {
        switch branch {
        case tags: "all tags"
        case pullRequests: "all pull requests"
        default: branch
        }
    }

    private func sentence(_ missing: Missing, repository: String) -> String {
        guard let gate = chosen.gate else { return "No gate of \(repository) has measured anything yet." }
        switch missing {
        case .gate(let name): return "No gate of \(repository) is called \"\(name)\"; \(Self.list(gates))."
        case .job(let name, _): return "No job \"\(name)\" has the gate \(gate); \(Self.list(jobs))."
        case .place(let place):
            return "The job \(chosen.job ?? "") has no gate \(gate) at place \(place); \(Self.list(places.map { String($0) }))."
        case .branch(let name, _): return "The gate \(gate) has not run on \"\(name)\"; \(Self.list(branches))."
        }
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "there is none" }
        let more = names.count > mostNames ? " and more" : ""
        return (names.count == 1 ? "there is " : "there are ") + names.prefix(mostNames).joined(separator: ", ") + more
    }
}

extension GateHistory.Missing {
    /// Whether another gate of the repository has it: who chooses another gate on the page has the job and branch of the one before
    /// still chosen.
    var isElsewhere: Bool {
        switch self {
        case .gate: false
        case .job(_, let isElsewhere), .branch(_, let isElsewhere): isElsewhere
        case .place: true
        }
    }
}
