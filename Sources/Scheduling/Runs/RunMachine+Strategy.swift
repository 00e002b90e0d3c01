internal import Expressions
internal import Plan
internal import Store

/// What `strategy` says of a matrix, evaluated.
struct MatrixLimits: Equatable {
    /// Whether a failed cell stops its siblings; `fail-fast` is on unless the file says otherwise.
    var failsFast = true
    /// The most cells that may run at a time.
    var maxParallel = Int.max
}

extension RunMachine {
    /// Nil for a job that is no cell of a matrix.
    mutating func limits(ofMatrixOf job: Job) -> MatrixLimits? {
        guard job.matrix != nil, let strategy = planned[job.key]?.plan.strategy else { return nil }
        let place = RunJobs.Place(of: job)
        if let known = strategies[place] { return known }
        // A strategy can't use the matrix: it is the same for all cells.
        let context = EvaluationContext(contexts: contextsBeforeStart(of: job))
        var limits = MatrixLimits()
        if let template = strategy.failFast { limits.failsFast = (try? template.flag(in: context)) ?? true }
        if let template = strategy.maxParallel,
            case .number(let limit)? = try? template.evaluate(in: context).asNumber, limit >= 1,
            // A file may ask for more than an Int holds.
            limit < Double(MatrixExpansion.limit)
        {
            limits.maxParallel = Int(limit)
        }
        strategies[place] = limits
        return limits
    }

    /// Why a cell can't go on to its groups, or begin its call, yet.
    mutating func matrixLimitReached(by job: Job) -> String? {
        guard let limits = limits(ofMatrixOf: job), limits.maxParallel < job.cellCount else { return nil }
        let active = jobs.rows(at: RunJobs.Place(of: job)).count { row in
            row.status == .queued || row.status == .running || row.status == .waiting && !row.claims.isEmpty
        }
        guard active >= limits.maxParallel else { return nil }
        return "waits for its siblings: max-parallel is \(limits.maxParallel)"
    }

    var hasQueuedJobs: Bool { jobs.queuedCount > 0 }

    /// The queued job that is to start next, as far as their matrices let them, in the order of the plan.
    mutating func nextStartable() -> Job? {
        guard hasQueuedJobs else { return nil }
        for place in jobs.places where jobs.queuedCount(at: place) > 0 {
            guard let job = jobs.firstQueued(at: place) else { continue }
            if jobs.runningCount(at: place) < limits(ofMatrixOf: job)?.maxParallel ?? .max { return job }
        }
        return nil
    }
}

extension ExpressionValue {
    /// A number, also where it was written as text.
    var asNumber: ExpressionValue {
        if case .string(let text) = self, let number = Double(text) { return .number(number) }
        return self
    }
}
