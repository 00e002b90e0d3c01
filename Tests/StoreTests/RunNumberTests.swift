import Plan
import Testing

@testable import Store

struct RunNumberTests {
    @Test("the runs of each pipeline file are counted from 1, in every repository for itself")
    func counting() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        var numbers: [Int] = []
        for (repository, path) in [
            ("app", "ci.yml"), ("app", "ci.yml"), ("app", "docs.yml"), ("lib", "ci.yml"), ("app", "ci.yml"),
        ] {
            let state = try await store.addRun(Example.run(repository: repository, path: path))
            numbers.append(state.run.number)
            #expect(try await store.run(state.run.id)?.number == state.run.number)
        }
        #expect(numbers == [1, 2, 1, 1, 3])
        #expect(try await store.runs(RunFilter(repository: "app", workflow: "ci.yml")).runs.map(\.number) == [3, 2, 1])
        #expect(try await store.unfinishedRuns().map(\.run.number) == [1, 2, 1, 1, 3])
        let reopened = try folder.open()
        #expect(try await reopened.addRun(Example.run(path: "ci.yml")).run.number == 4)
    }

    @Test("why a run is to be stopped is stored, and a rerun clears it")
    func cancelReason() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        var run = try await store.addRun().run
        run.cancelReason = "cancelled by ada"
        _ = try await store.apply([.updateRun(run)])
        #expect(try await store.run(run.id)?.cancelReason == "cancelled by ada")
        #expect(try await store.unfinishedRuns().first?.run.cancelReason == "cancelled by ada")
        run.cancelReason = nil
        _ = try await store.apply([.updateRun(run)])
        #expect(try await store.run(run.id)?.cancelReason == nil)
    }
}
