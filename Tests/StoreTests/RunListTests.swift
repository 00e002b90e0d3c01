import Foundation
import Plan
import Testing

@testable import Store

@Suite struct RunListTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    /// Every page of a filter, `between` called after each.
    func pages(_ filter: RunFilter, between: () async throws -> Void = {}) async throws -> [Run] {
        var filter = filter
        var runs: [Run] = []
        while true {
            let page = try await store.runs(filter)
            runs += page.runs
            guard let next = page.next else { return runs }
            filter.before = next
            try await between()
        }
    }

    @Test("following the cursor yields every run once while runs are added and change")
    func pagination() async throws {
        for _ in 1...25 { _ = try await store.addRun() }
        let runs = try await pages(RunFilter(repository: "app", limit: 4)) {
            var run = try await store.addRun().run
            run.status = .running
            _ = try await store.apply([.updateRun(run)])
        }
        #expect(runs.map(\.id) == (1...25).reversed())
    }

    @Test("a page that is exactly full has no next one where nothing follows")
    func exactPage() async throws {
        for _ in 1...4 { _ = try await store.addRun() }
        let page = try await store.runs(RunFilter(limit: 4))
        #expect(page.runs.count == 4)
        #expect(page.next == nil)
        #expect(try await store.runs(RunFilter(limit: 3)).next == 2)
        #expect(try await store.runs(RunFilter(before: 1)) == RunPage(runs: [], next: nil))
    }

    @Test("the limit is held between 1 and 100", arguments: [(-1, 1), (0, 1), (50, 50), (1000, 100)])
    func limit(given: Int, held: Int) {
        var filter = RunFilter(limit: given)
        #expect(filter.limit == held)
        filter.limit = given
        #expect(filter.limit == held)
    }

    static let filters: [RunFilter] = [nil, "app"].flatMap { repository in
        [nil, .queued, .running, .completed].flatMap { status in
            [nil, .success, .failure].flatMap { conclusion in
                [nil, "main", "dev"].flatMap { branch in
                    [nil, "a.yml"].map { workflow in
                        RunFilter(
                            repository: repository, status: status, conclusion: conclusion, branch: branch,
                            workflow: workflow, limit: 3)
                    }
                }
            }
        }
    }

    @Test("every combination of filters yields what it describes")
    func combinations() async throws {
        var random = SplitMix(state: 7)
        var all: [Run] = []
        for _ in 1...80 {
            let status = [Status.queued, .running, .completed].randomElement(using: &random) ?? .queued
            let conclusion = status == .completed ? [Conclusion.success, .failure].randomElement(using: &random) : nil
            let run = Example.run(
                repository: ["app", "web"].randomElement(using: &random) ?? "app",
                ref: ["refs/heads/main", "refs/heads/dev", "refs/tags/v1"].randomElement(using: &random) ?? "",
                path: ["a.yml", "b.yml"].randomElement(using: &random) ?? "", status: status, conclusion: conclusion)
            all.insert(try await store.addRun(run, jobs: []).run, at: 0)
        }
        for filter in Self.filters {
            let expected = all.filter { run in
                (filter.repository == nil || filter.repository == run.repository)
                    && (filter.status == nil || filter.status == run.status)
                    && (filter.conclusion == nil || filter.conclusion == run.conclusion)
                    && (filter.branch == nil || filter.branch == run.branch)
                    && (filter.workflow == nil || filter.workflow == run.workflowPath)
            }
            #expect(try await pages(filter) == expected, "\(filter)")
        }
    }

    @Test("an overview holds each repository's newest runs and its remote")
    func overviews() async throws {
        for _ in 1...3 { _ = try await store.addRun() }
        _ = try await store.addRun(Example.run(repository: "web"))
        let remote = RemoteStatus(repository: "api", lastAttemptAt: Example.date, failures: 2, error: "refused")
        try await store.recordPoll(remote)
        let overviews = try await store.repositoryOverviews(latest: 2)
        #expect(overviews.map(\.name) == ["api", "app", "web"])
        #expect(overviews.map { $0.runs.map(\.id) } == [[], [3, 2], [4]])
        #expect(overviews.map(\.remote) == [remote, nil, nil])
    }
}
