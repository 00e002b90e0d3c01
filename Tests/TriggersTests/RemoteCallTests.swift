import Diagnostics
import Foundation
import Git
import Plan
import RemoteSources
import SampleRepositories
import Store
import Synchronization
import Testing

@testable import Triggers

/// Fetches, but not from servers that were switched off.
private final class SwitchedFetcher: MirrorFetcher {
    private let isDown = Mutex(false)

    func switchOff(_ down: Bool) { isDown.withLock { $0 = down } }

    func fetch(_ request: FetchRequest) async throws(GitError) {
        if isDown.withLock({ $0 }) {
            throw GitError(.unreachable, operation: "fetching", subject: request.address, reason: "it is switched off")
        }
        try request.run()
    }
}

struct RemoteCallTests {
    private static let file = ".github/workflows/ci.yml"
    private static let callable = "on: workflow_call\njobs: {build: {runs-on: x, steps: [run: make]}}\n"

    /// A watcher whose pipelines find the repository `team/ci`, with a tag `v1`, on a server that can be switched off.
    private struct Scene {
        let trial: WatchTrial
        let ci: SampleRepository
        let server = SwitchedFetcher()
        let watcher: RepositoryWatcher

        init() async throws {
            let trial = try WatchTrial()
            ci = try SampleRepository()
            try ci.push(
                "first",
                [
                    "\(RemoteCallTests.file)": RemoteCallTests.callable,
                    "action.yml": "name: A\nruns: {using: node20, main: a.js}\n",
                ])
            try ci.git("tag", "v1")
            try ci.git("push", "-q", "origin", "v1")
            let folder = trial.repository.folder
            let rules = SourceRules(
                directory: SourceDirectory(server: "https://example.org", mirrors: ["team/ci": ci.origin]), knownHosts: .any)
            let resolver = SourceResolver(
                folder: "\(folder)/actions", rules: { rules }, lock: LockFile(path: "\(folder)/lock.json"), fetcher: server,
                now: { trial.now }, background: { _ in }, report: { _ in })
            self.trial = trial
            watcher = try await trial.watcher(sources: ActionSurveyor(resolver: resolver, isBuiltIn: { _ in false }))
        }

        func push(_ text: String) async throws -> [Run] {
            try trial.repository.push("push", [RemoteCallTests.file: text])
            trial.advance(seconds: 61)
            await watcher.look()
            return try await trial.runs()
        }
    }

    private static func call(_ reference: String) -> String { "on: push\njobs:\n  a:\n    uses: \(reference)\n" }

    private static func step(_ reference: String) -> String {
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: \(reference)\n"
    }

    @Test("a push whose pipeline calls a workflow of a silent server waits, and is not held up for ever")
    func waits() async throws {
        let scene = try await Scene()
        scene.server.switchOff(true)
        #expect(try await scene.push(Self.call("team/ci/\(Self.file)@v1")) == [])
        #expect(scene.trial.reports.last?.contains("it is switched off") == true)
        scene.server.switchOff(false)
        scene.trial.advance(seconds: 61)
        await scene.watcher.look()
        #expect(try await scene.trial.runs().map(\.status) == [.queued])

        scene.server.switchOff(true)
        try scene.trial.repository.push("other", [Self.file: Self.call("team/other/\(Self.file)@v1")])
        for _ in 0..<12 {
            scene.trial.advance(seconds: 61)
            await scene.watcher.look()
        }
        let runs = try await scene.trial.runs()
        #expect(runs.last?.conclusion == .refused)
        #expect(runs.last?.diagnostics.contains { $0.line == 4 && $0.message.contains("switched off") } == true)
    }

    @Test("an action that can't be used refuses the run with its line; one whose server is silent does not")
    func actions() async throws {
        let scene = try await Scene()
        let sound = try #require(try await scene.push(Self.step("team/ci@v1")).last)
        #expect(
            sound.status == .queued
                && !sound.diagnostics.contains { ["unusable-action", "unreachable-action"].contains($0.rule) })
        let refused = try #require(try await scene.push(Self.step("team/ci@v9")).last)
        #expect(refused.conclusion == .refused && refused.reason?.contains("calls what can't be used") == true)
        #expect(refused.diagnostics.contains { $0.rule == "unusable-action" && $0.line == 6 && $0.severity == .error })
        #expect(try await scene.trial.store.jobs(ofRun: refused.id) == [])
        scene.server.switchOff(true)
        let waiting = try #require(try await scene.push(Self.step("team/other@v1")).last)
        #expect(waiting.status == .queued)
        #expect(waiting.diagnostics.contains { $0.rule == "unreachable-action" && $0.line == 6 && $0.severity == .warning })
    }
}
