import Expressions
import Foundation
import Plan
import Testing

@testable import Store

@Suite struct JobProgressTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    @Test("a stretch of a journal is applied once, and only where it begins at the stored offset")
    func once() async throws {
        let job = try await store.addRun().jobs[0]
        let annotation = Annotation(level: .warning, message: "careful", title: "t", file: "a.py", line: 3, column: 1, step: 2)
        let step = Step(
            jobID: job.id, number: 1, name: "Set up", status: .completed, conclusion: .success, outcome: .failure,
            exitCode: 1, reason: "r", startedAt: Example.date, finishedAt: Date(), logFrom: 0, logTo: 80)
        let progress = JobProgress(
            jobID: job.id, from: 0, to: 100, steps: [step], annotations: [annotation], logSize: 80,
            outputs: ["image": "app:1"], summaryChanged: true)
        #expect(try await store.apply(progress))
        #expect(try await store.apply(progress) == false)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 90, to: 120)) == false)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 110, to: 120)) == false)
        #expect(try await store.apply(JobProgress(jobID: 99, from: 0, to: 10)) == false)
        #expect(try await store.progressOffset(ofJob: job.id) == 100)
        #expect(
            try await store.progress(ofJob: job.id)
                == JobProgressState(journalOffset: 100, logSize: 80, hasSummary: true))
        #expect(try await store.steps(ofJob: job.id) == [step])
        #expect(try await store.annotations(ofJob: job.id) == [annotation])
        #expect(try await store.annotations(ofRun: job.runID) == [JobAnnotation(jobID: job.id, annotation: annotation)])
        #expect(try await store.job(job.id)?.outputs == ["image": "app:1"])
    }

    @Test("what a job's start waits for is its reason until it is over, and goes before no later one")
    func wait() async throws {
        let job = try await store.addRun().jobs[0]
        func apply(_ wait: JobProgress.WaitChange) async throws {
            #expect(try await store.apply(JobProgress(jobID: job.id, from: 0, to: 0, wait: wait)))
        }
        try await apply(.began(reason: "a/b can't be had"))
        #expect(try await store.job(job.id)?.reason == "a/b can't be had")
        try await apply(.ended(reason: "something else"))
        #expect(try await store.job(job.id)?.reason == "a/b can't be had")
        try await apply(.ended(reason: "a/b can't be had"))
        #expect(try await store.job(job.id)?.reason == nil)
    }

    @Test("steps are replaced by number, the log never shrinks, a change of the job leaves its journal's facts")
    func later() async throws {
        var job = try await store.addRun().jobs[0]
        let begun = Step(jobID: job.id, number: 2, name: "Test", status: .running, logFrom: 10)
        var ended = begun
        ended.status = .completed
        ended.conclusion = .success
        let first = JobProgress(jobID: job.id, from: 0, to: 10, steps: [begun], logSize: 50, outputs: ["a": "1"])
        let second = JobProgress(jobID: job.id, from: 10, to: 20, steps: [ended], logSize: 40)
        #expect(try await store.apply([first, second, first]) == [true, true, false])
        #expect(try await store.steps(ofJobs: [job.id, 99]) == [job.id: [ended], 99: []])
        job.status = .completed
        job.conclusion = .success
        _ = try await store.apply([.updateJob(job)])
        #expect(
            try await store.progress(ofJob: job.id)
                == JobProgressState(journalOffset: 20, logSize: 50, hasSummary: false))
        #expect(try await store.job(job.id)?.outputs == ["a": "1"])
    }

    @Test("a process that is killed at any moment has applied each stretch wholly or not at all")
    func killed() async throws {
        let job = try await store.addRun().jobs[0]
        for _ in 1...6 {
            let database = folder.database
            await #expect(processExitsWith: .signal(SIGKILL)) { [database = database as String, id = job.id as Int64] in
                try await Self.applyUntilKilled(database: database, job: id)
            }
            let offset = try await store.progressOffset(ofJob: job.id)
            let messages = try await store.annotations(ofJob: job.id, limit: .max).map(\.message)
            #expect(offset > 0)
            #expect(messages == (0..<offset / 10).map { "at \($0 * 10)" })
            #expect(try await store.steps(ofJob: job.id).count == Int(offset) / 10)
        }
    }

    /// Reads on from the stored offset, as a daemon does after a restart, and is killed between or inside transactions.
    private static func applyUntilKilled(database: String, job: Int64) async throws {
        let store = try Store.open(at: database)
        let changes = store.changes.subscribe()
        async let writer: Void = {
            var offset = try await store.progressOffset(ofJob: job)
            var written = 0
            while true {
                let progress = JobProgress(
                    jobID: job, from: offset, to: offset + 10,
                    steps: [Step(jobID: job, number: Int(offset / 10), name: "step")],
                    annotations: [Annotation(level: .notice, message: "at \(offset)")])
                // Told twice, as one that does not know whether it had told it before.
                guard try await store.apply(progress), try await !store.apply(progress) else { return }
                offset += 10
                // Where whoever counts the changes gets no turn, this is moment enough.
                written += 1
                if written == 400 { kill(getpid(), SIGKILL) }
            }
        }()
        var seen = 0
        for await _ in changes {
            seen += 1
            if seen == 25 { kill(getpid(), SIGKILL) }
        }
        try await writer
    }
}
