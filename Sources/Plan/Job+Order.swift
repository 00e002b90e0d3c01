extension [Job] {
    /// The jobs of one attempt as they are shown: in the order of their plans, the cells of a matrix in theirs, and the jobs of
    /// a called workflow after the one that calls it.
    public var inPlanOrder: [Job] {
        guard contains(where: { $0.callerID != nil }) else { return sorted(by: Self.isBefore) }
        let known = Set(map(\.id))
        let children = Dictionary(grouping: self) { job in
            // A job whose caller is not among them stands with the others.
            job.callerID.flatMap { known.contains($0) ? $0 : nil }
        }
        var ordered: [Job] = []
        ordered.reserveCapacity(count)
        var open = Array((children[nil] ?? []).sorted(by: Self.isBefore).reversed())
        while let job = open.popLast() {
            ordered.append(job)
            guard let called = children[job.id] else { continue }
            open += called.sorted(by: Self.isBefore).reversed()
        }
        return ordered
    }

    private static func isBefore(_ left: Job, _ right: Job) -> Bool {
        (left.position, left.cellIndex, left.id) < (right.position, right.cellIndex, right.id)
    }
}
