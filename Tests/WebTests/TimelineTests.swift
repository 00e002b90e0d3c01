import Foundation
import Plan
import Testing

@testable import Web

@Suite struct TimelineTests {
    private static let start = RunningSite.moment

    private static func job(
        _ id: Int64, _ key: String, needs: [String] = [], from: Double?, to: Double?
    ) -> Job {
        Job(
            id: id, runID: 1, key: key, name: key, needs: needs, status: to == nil ? .running : .completed,
            conclusion: to == nil ? nil : .success, createdAt: start, startedAt: from.map { start.addingTimeInterval($0) },
            finishedAt: to.map { start.addingTimeInterval($0) })
    }

    private static func run(seconds: Double) -> Run {
        Run(
            id: 1, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push", ref: "refs/heads/main",
            commit: "c", actor: "a", status: .completed, conclusion: .success, createdAt: start,
            finishedAt: start.addingTimeInterval(seconds))
    }

    @Test("a job waits from the end of what it needs; the path to the run's end is marked")
    func criticalPath() {
        let jobs = [
            Self.job(1, "lint", from: 0, to: 2), Self.job(2, "test", from: 3, to: 10),
            Self.job(3, "ship", needs: ["lint", "test"], from: 12, to: 15),
        ]
        let timeline = RunTimeline(run: Self.run(seconds: 15), jobs: jobs, steps: [:], now: Self.start)
        #expect(timeline.rows.map(\.job.key) == ["lint", "test", "ship"])
        #expect(timeline.rows.map(\.isCritical) == [false, true, true])
        #expect(timeline.rows.map(\.waited) == [0, 3, 2])
        #expect(timeline.waitedOnPath == 5 && timeline.length == 15)
    }

    @Test("the parts of a job are its set-up, its steps and what is between them")
    func parts() throws {
        let steps = [(1, 1.0, 2.0), (2, 2.5, 6.0)].map { number, from, to in
            Step(
                jobID: 1, number: number, name: "s\(number)", status: .completed, conclusion: .success,
                startedAt: Self.start.addingTimeInterval(from), finishedAt: Self.start.addingTimeInterval(to))
        }
        let timeline = RunTimeline(
            run: Self.run(seconds: 7), jobs: [Self.job(1, "a", from: 0, to: 7)], steps: [1: steps], now: Self.start)
        let row = try #require(timeline.rows.first)
        #expect(row.parts.map(\.kind) == [.setUp, .step, .rest, .step, .rest])
        #expect(row.parts.map(\.length) == [1, 1, 0.5, 3.5, 1])
        #expect(row.setUp == 1 && row.longest?.name == "s2")
    }

    @Test("the page has the picture, the same in a table, and a link to each job")
    func page() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(jobs: [RunningSite.job("build"), RunningSite.job("ship", needs: ["build"])])
            let page = try await site.client.get("/runs/\(run.id)/timeline", ["Accept": "text/html"]).text
            #expect(page.contains("<svg class=\"timeline\"") && page.contains("on the critical path"))
            #expect(page.contains("<a href=\"/jobs/\(jobs[0].id)\">build</a>"))
            #expect(
                try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"]).text.contains("/runs/\(run.id)/timeline"))
            #expect(try await site.client.get("/runs/99/timeline", ["Accept": "text/html"]).status == 404)
        }
    }
}
