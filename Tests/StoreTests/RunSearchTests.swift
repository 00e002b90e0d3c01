import Foundation
import Plan
import Testing

@testable import Store

@Suite struct RunSearchTests {
    private static func ids(_ store: Store, _ terms: [RunSearch.Term], conclusion: Conclusion? = nil) async throws -> [Int64] {
        try await store.runs(matching: RunSearch(terms: terms, conclusion: conclusion)).runs.map(\.id)
    }

    private static func filled(_ folder: StoreFolder) async throws -> Store {
        let store = try folder.open()
        var run = Example.run(status: .completed, conclusion: .success)
        run.title = "Mend the drift check"
        run.actor = "anna"
        _ = try await store.addRun(run)
        run.title = "Träning: \"quick\" start"
        run.ref = "refs/heads/feature/add-gpu"
        run.commit = "8f3c21a0" + String(repeating: "0", count: 32)
        run.conclusion = .failure
        _ = try await store.addRun(run)
        run.repository = "team/other"
        run.title = "Drifting apart"
        run.actor = "ben"
        _ = try await store.addRun(run)
        return store
    }

    @Test("words are found by their beginning, in any case and without accents, all of them together, newest first")
    func words() async throws {
        let folder = try StoreFolder()
        let store = try await Self.filled(folder)
        #expect(try await Self.ids(store, [.init("drift")]) == [3, 1])
        #expect(try await Self.ids(store, [.init("DRIFT"), .init("mend")]) == [1])
        #expect(try await Self.ids(store, [.init("traning")]) == [2])
        #expect(try await Self.ids(store, [.init("feature/add-gpu")]) == [3, 2])
        #expect(try await Self.ids(store, [.init("drift"), .init("gone")]) == [])
    }

    @Test("a field narrows a word down; what looks like a commit is looked for among commits; a number is whole")
    func fields() async throws {
        let folder = try StoreFolder()
        let store = try await Self.filled(folder)
        #expect(try await Self.ids(store, [.init("ben", in: .actor)]) == [3])
        #expect(try await Self.ids(store, [.init("other", in: .repository)]) == [3])
        #expect(try await Self.ids(store, [.init("ci", in: .workflow), .init("anna", in: .actor)]) == [2, 1])
        #expect(try await Self.ids(store, [.init("8f3c2")]) == [3, 2])
        #expect(try await Self.ids(store, [.init("2", in: .number)]) == [2])
        #expect(try await Self.ids(store, [.init("drift")], conclusion: .failure) == [3])
    }

    @Test(
        "what full-text search has a meaning for is a word here",
        arguments: ["\"", "a OR b", "NEAR(", "*", "title:", "{x}:y", "-", "^a", "drift\""])
    func hostileText(text: String) async throws {
        let folder = try StoreFolder()
        let store = try await Self.filled(folder)
        let found = try await Self.ids(store, [.init(text)])
        #expect(found == (text == "drift\"" ? [3, 1] : []))
    }

    @Test("the index follows a run's title, and forgets a run that is deleted")
    func follows() async throws {
        let folder = try StoreFolder()
        let store = try await Self.filled(folder)
        var run = try #require(try await store.run(1))
        run.title = "Renamed"
        _ = try await store.apply([.updateRun(run)])
        #expect(try await Self.ids(store, [.init("renamed")]) == [1])
        #expect(try await Self.ids(store, [.init("drift")]) == [3])
        _ = try await store.prune(
            keeping: RetentionPolicy(days: 1, newestRuns: 1, recordDays: 1), now: Example.date.addingTimeInterval(9 * 86_400))
        #expect(try await Self.ids(store, [.init("renamed")]) == [])
    }

    @Test("following the pages yields every run once")
    func pages() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        for _ in 0..<7 { _ = try await store.addRun() }
        var (found, search): ([Int64], RunSearch) = ([], RunSearch(terms: [.init("change")], limit: 3))
        repeat {
            let page = try await store.runs(matching: search)
            found += page.runs.map(\.id)
            search.before = page.next
        } while search.before != nil
        #expect(found == [7, 6, 5, 4, 3, 2, 1])
    }
}
