internal import Plan
internal import Store

/// The tries at one job in one attempt, where somebody had it run again beside others, or it was lost.
struct JobTries: Sendable {
    struct Try: Sendable {
        let job: Job
        /// What is on record about why the next one was made: who asked, and their reason. Nil of the last.
        let successor: String?
    }

    /// The first one first; the one that counts is the last. One alone where it was never tried again.
    let all: [Try]

    static let none = JobTries(all: [])

    /// Those before a job.
    func before(_ id: Int64) -> [Try] { Array(all.prefix { $0.job.id != id }) }

    /// The one that took the job's place; nil where it counts itself.
    func replacement(of id: Int64) -> Job? {
        guard let place = all.firstIndex(where: { $0.job.id == id }), place + 1 < all.count else { return nil }
        return all[place + 1].job
    }
}

extension Job {
    /// The tries in the same attempt whose place it took, the oldest first.
    var earlierTries: [Int64] { repeatedTries + lostTries }
}

extension WebSite {
    /// - Parameter rows: those of the job's attempt; of one with several tries only the last.
    func tries(of job: Job, among rows: [Job]) async throws -> JobTries {
        let newest = rows.first { $0.id == job.id || $0.earlierTries.contains(job.id) } ?? job
        guard !newest.earlierTries.isEmpty else { return JobTries(all: [JobTries.Try(job: newest, successor: nil)]) }
        var tries: [JobTries.Try] = []
        var jobs: [Job] = []
        for id in newest.earlierTries {
            if let found = try await store.job(id) { jobs.append(found) }
        }
        jobs.append(newest)
        for (index, job) in jobs.enumerated() {
            let successor = index + 1 < jobs.count ? try await remark(on: jobs[index + 1].id) : nil
            tries.append(JobTries.Try(job: job, successor: successor))
        }
        return JobTries(all: tries)
    }

    /// What the scheduler noted on a row when it made it: that is before anything that the job's steps say.
    private func remark(on id: Int64) async throws -> String? {
        let first = try await store.annotations(ofJob: id, limit: 1).first
        return first?.step == nil ? first?.message : nil
    }
}
