internal import Plan

/// The jobs of a run's newest attempt, with what the rules ask of them at every turn at hand: a run may have hundreds of jobs,
/// and none of their ends is to look at all of them.
struct RunJobs {
    /// A job of a plan under one caller: its row, or the cells of its matrix.
    struct Place: Hashable {
        var caller: Int64?
        var key: String

        init(caller: Int64?, key: String) {
            self.caller = caller
            self.key = key
        }

        init(of job: Job) { self.init(caller: job.callerID, key: job.key) }
    }

    private struct Cells {
        /// Of the rows in `all`, in their order.
        var indexes: [Int] = []
        var unfinished = 0
        var waiting = 0
        var queued = 0
        var running = 0
        /// Before it there is no queued row; not a bound any more once a row is queued again.
        var firstQueued = 0
    }

    /// In the plan's order.
    private(set) var all: [Job] = []
    private var indexes: [Int64: Int] = [:]
    private var cells: [Place: Cells] = [:]
    /// In the plan's order.
    private(set) var places: [Place] = []
    private var unfinishedUnder: [Int64?: Int] = [:]
    private var placesUnder: [Int64?: [Place]] = [:]
    private(set) var queuedCount = 0
    /// Those that have a worker.
    private(set) var workingCount = 0

    init(_ jobs: [Job]) { rebuild(jobs) }

    // MARK: - Asking

    func job(_ id: Int64) -> Job? { indexes[id].map { all[$0] } }

    /// The rows at a place, in the order of the cells.
    func rows(at place: Place) -> [Job] { cells[place]?.indexes.map { all[$0] } ?? [] }

    func waitingRows(at place: Place) -> [Job] {
        guard let cells = cells[place], cells.waiting > 0 else { return [] }
        return cells.indexes.lazy.map { all[$0] }.filter { $0.status == .waiting }
    }

    func isComplete(_ place: Place) -> Bool { cells[place]?.unfinished ?? 0 == 0 }
    func runningCount(at place: Place) -> Int { cells[place]?.running ?? 0 }
    func queuedCount(at place: Place) -> Int { cells[place]?.queued ?? 0 }

    mutating func firstQueued(at place: Place) -> Job? {
        guard var cells = cells[place], cells.queued > 0 else { return nil }
        while cells.firstQueued < cells.indexes.count, all[cells.indexes[cells.firstQueued]].status != .queued {
            cells.firstQueued += 1
        }
        self.cells[place] = cells
        return cells.firstQueued < cells.indexes.count ? all[cells.indexes[cells.firstQueued]] : nil
    }

    /// The places of a called workflow's jobs, or of the run's own.
    func places(under caller: Int64?) -> [Place] { placesUnder[caller] ?? [] }

    /// The jobs of a called workflow, or the run's own, in the plan's order.
    func rows(under caller: Int64?) -> [Job] { places(under: caller).flatMap(rows) }

    /// Whether every job of a called workflow, or of the run, is completed.
    func isComplete(under caller: Int64?) -> Bool { unfinishedUnder[caller] ?? 0 == 0 }

    /// The jobs that call the workflow which a job is part of, the nearest first.
    func callers(of job: Job) -> [Job] {
        var callers: [Job] = []
        var next = job.callerID
        while let id = next, let caller = self.job(id) {
            callers.append(caller)
            next = caller.callerID
        }
        return callers
    }

    /// A job that calls with everything that it leads to.
    func tree(of job: Job) -> [Job] { [job] + rows(under: job.id).flatMap(tree) }

    // MARK: - Changing

    mutating func replace(_ job: Job) {
        guard let index = indexes[job.id] else { return }
        count(all[index], by: -1)
        all[index] = job
        count(job, by: 1)
        // A job that is queued again stands before those that were looked at.
        if job.status == .queued { cells[Place(of: job)]?.firstQueued = 0 }
    }

    /// Puts rows in the place of others.
    mutating func insert(_ jobs: [Job], insteadOf removed: Set<Int64>) {
        rebuild((all.filter { !removed.contains($0.id) } + jobs))
    }

    private mutating func rebuild(_ jobs: [Job]) {
        all = jobs.inPlanOrder
        indexes = Dictionary(minimumCapacity: all.count)
        (cells, places, placesUnder, unfinishedUnder, queuedCount, workingCount) = ([:], [], [:], [:], 0, 0)
        for (index, job) in all.enumerated() {
            indexes[job.id] = index
            let place = Place(of: job)
            if cells[place] == nil {
                places.append(place)
                placesUnder[place.caller, default: []].append(place)
            }
            cells[place, default: Cells()].indexes.append(index)
            count(job, by: 1)
        }
    }

    private mutating func count(_ job: Job, by step: Int) {
        let place = Place(of: job)
        switch job.status {
        case .waiting: cells[place]?.waiting += step
        case .queued:
            cells[place]?.queued += step
            queuedCount += step
        case .running:
            cells[place]?.running += step
            if !job.isCall { workingCount += step }
        case .completed: return
        }
        cells[place]?.unfinished += step
        unfinishedUnder[job.callerID, default: 0] += step
    }
}
