internal import Store

extension GateHistory.Choice {
    /// As a query has it: `gate`, `job`, `place`, `branch`.
    init(_ query: FormFields) {
        self.init(
            gate: query.filled("gate"), job: query.filled("job"), place: query.filled("place").flatMap { Int($0) },
            branch: query.filled("branch"))
    }
}
