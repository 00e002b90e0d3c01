internal import FoundationEssentials
internal import Plan
internal import Store

/// Which of the newest runs logged a text, in any of their attempts: their logs are read one after the other until there is enough of results, of bytes or
/// of time, and the answer says how far it got.
///
/// The reading has a thread of its own, one for all searches, and goes portion by portion: those who look at a log, or at any other
/// page, don't wait for it.
struct RunLogSearch: Sendable {
    static let shortestText = 3
    private static let mostHits = 20
    private static let mostRuns = 2000
    private static let mostBytes: Int64 = 256 << 20
    private static let longestTime = Duration.milliseconds(1500)
    private static let linesOfJob = 3
    private static let queue = FileQueue(lanes: 1)

    struct Found: Sendable {
        var job: Job
        var matches: [LogSearch.Match]
        var isCut: Bool
    }

    struct Hit: Sendable {
        var run: Run
        var jobs: [Found]
    }

    struct Result: Sendable {
        var hits: [Hit] = []
        /// Runs whose logs were read.
        var searched = 0
        var bytes: Int64 = 0
        /// Logs for whose end there was no time.
        var cut = 0
        /// Where to go on; nil where every run was looked at.
        var next: Int64?
    }

    private let site: WebSite
    private let search: LogSearch

    init(site: WebSite, text: String) {
        self.site = site
        search = LogSearch(text: text, limit: Self.linesOfJob)
    }

    /// - Parameter before: only runs with a lower id.
    func run(before: Int64?) async throws -> Result {
        let deadline = ContinuousClock.now + Self.longestTime
        var result = Result()
        var page = try await site.store.runs(RunFilter(limit: 100, before: before))
        while true {
            let jobs = try await site.store.allAttempts(ofRuns: page.runs.map(\.id))
            for run in page.runs {
                try Task.checkCancellation()
                result.searched += 1
                let found = try await find(in: Self.newestFirst(jobs[run.id] ?? []), deadline: deadline, into: &result)
                if !found.isEmpty { result.hits.append(Hit(run: run, jobs: found)) }
                if isEnough(result, deadline: deadline) {
                    let isLast = run.id == page.runs.last?.id && page.next == nil
                    result.next = isLast ? nil : run.id
                    return result
                }
            }
            guard let next = page.next else { return result }
            page = try await site.store.runs(RunFilter(limit: 100, before: next))
        }
    }

    /// What the newest attempt at the run did comes before what earlier ones did.
    private static func newestFirst(_ jobs: [Job]) -> [Job] {
        Dictionary(grouping: jobs, by: \.attempt).sorted { $0.key > $1.key }.flatMap(\.value)
    }

    private func isEnough(_ result: Result, deadline: ContinuousClock.Instant) -> Bool {
        result.hits.count >= Self.mostHits || result.searched >= Self.mostRuns || result.bytes >= Self.mostBytes
            || ContinuousClock.now >= deadline
    }

    private func find(
        in jobs: [Job], deadline: ContinuousClock.Instant, into result: inout Result
    ) async throws -> [Found] {
        var found: [Found] = []
        // What was taken over from an earlier attempt has its log there, and is found there.
        for job in jobs where job.startedAt != nil && job.reusedFrom == nil && !job.isCall {
            guard let file = await site.operations.openLog(job: job) else { continue }
            let answer = try await search.run(inFile: file.path, on: Self.queue, until: deadline)
            result.bytes += answer.bytes
            if !answer.isWhole { result.cut += 1 }
            if !answer.result.matches.isEmpty {
                found.append(Found(job: job, matches: answer.result.matches, isCut: answer.result.truncated))
            }
        }
        return found
    }
}
