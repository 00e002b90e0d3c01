import Expressions
import Foundation
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

/// Looks at a remote, and webhooks beside them.
struct RepositoryWatcherTests {
    private static let files = [".github/workflows/ci.yml": WatchTrial.pipeline]

    @Test("what is there at the first look starts nothing")
    func baseline() async throws {
        let trial = try WatchTrial()
        let commit = try trial.repository.push("first", Self.files)
        let watcher = try await trial.watcher()
        await watcher.look()
        #expect(try await trial.records().isEmpty)
        #expect(try await trial.store.knownReferences(of: "app") == ["refs/heads/main": commit])
    }

    @Test("that the first look started nothing is recorded once, with the reason")
    func firstLook() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("first", Self.files)
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/heads/other")
        let watcher = try await trial.watcher()
        await watcher.look()
        let records = try await trial.allRecords()
        #expect(records.map(\.event) == ["first_look"])
        #expect(records.first?.ref == "refs/heads/main")
        #expect(records.first?.runIDs == [])
        #expect(records.first?.reason?.contains("2 branches and tags that were there") == true)
    }

    @Test("the first look is noted at another branch where the default one has no commit, and the log says why")
    func firstLookWithoutDefaultBranch() async throws {
        let trial = try WatchTrial()
        let commit = try trial.repository.push("first", Self.files)
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/heads/other")
        try trial.repository.git("--git-dir", trial.repository.origin, "symbolic-ref", "HEAD", "refs/heads/gone")
        try trial.repository.git("push", "-q", "origin", ":refs/heads/main")
        let watcher = try await trial.watcher()
        await watcher.look()
        let records = try await trial.allRecords()
        #expect(records.map(\.event) == ["first_look"] && records.first?.commit == commit)
        #expect(records.first?.ref == "refs/heads/other")
        #expect(trial.reports.count == 1)
        #expect(trial.reports.first?.hasPrefix("app: its first look is noted at refs/heads/other: ") == true)
    }

    @Test("an empty repository has no such record: nothing could have run")
    func firstLookAtNothing() async throws {
        let trial = try WatchTrial()
        let watcher = try await trial.watcher()
        let commit = try trial.repository.push("first", Self.files)
        await watcher.look()
        #expect(try await trial.allRecords().map(\.commit) == [commit])
        #expect(try await trial.allRecords().map(\.event) == ["push"])
    }

    @Test("a push that a webhook told of before the repository could ever be reached runs once it can")
    func toldBeforeTheFirstLook() async throws {
        let trial = try WatchTrial()
        let away = "\(trial.repository.folder)/away.git"
        let base = try trial.repository.push("base", Self.files)
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/heads/other")
        let commit = try trial.repository.push("told")
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: away)
        let watcher = try await trial.watcher()
        try await trial.deliverPush(from: base, to: commit, to: watcher)
        #expect(try await trial.allRecords().isEmpty)
        let waiting = try await trial.store.pendingDeliveryNotes(of: "app", limit: 10)
        #expect(waiting.map(\.forge) == ["gitlab"] && waiting.map(\.eventName) == ["Push Hook"])

        try FileManager.default.moveItem(atPath: away, toPath: trial.repository.origin)
        await watcher.look()
        #expect(try await trial.runs().map(\.commit) == [commit])
        #expect(try await trial.allRecords().map(\.event) == ["first_look", "push"])
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 10).isEmpty)
        await watcher.look()
        #expect(try await trial.runs().count == 1)
    }

    @Test("the names of runs know the repository's variables")
    func variables() async throws {
        let trial = try WatchTrial()
        let watcher = try await trial.watcher { $0.variables = ["TIER": "gold"] }
        let pipeline = WatchTrial.pipeline.replacing("name: CI", with: "name: CI\nrun-name: train on ${{ vars.TIER }}")
        try trial.repository.push("first", [".github/workflows/ci.yml": pipeline])
        await watcher.look()
        #expect(try await trial.runs().map(\.title) == ["train on gold"])
    }

    @Test("deliveries that wait are taken up until the remote fails, in their order")
    func manyPending() async throws {
        let trial = try WatchTrial()
        let base = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let away = "\(trial.repository.folder)/away.git"
        let commits = try (0..<20).map { try trial.repository.push("\($0)") }
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: away)
        for (commit, before) in zip(commits, [base] + commits) {
            try await trial.deliverPush(from: before, to: commit, to: watcher)
        }
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 100).count == 20)
        let failures = try await trial.store.remoteStatus(of: "app")?.failures ?? 0
        await watcher.look()
        #expect(try await trial.store.remoteStatus(of: "app")?.failures == failures + 1)

        try FileManager.default.moveItem(atPath: away, toPath: trial.repository.origin)
        await watcher.look()
        #expect(try await trial.commits() == commits)
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 100).isEmpty)
    }

    @Test("each of several commits between two looks has its event and run, in their order")
    func severalCommits() async throws {
        let trial = try WatchTrial()
        let base = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let commits = try ["one", "two", "three"].map { try trial.repository.commit($0) }
        try trial.repository.git("push", "-q", "origin", "HEAD")
        await watcher.look()
        await watcher.look()
        let records = try await trial.records()
        #expect(records.map(\.commit) == commits)
        #expect(records.map(\.source) == [.poll, .poll, .poll])
        let runs = try await trial.runs()
        #expect(runs.map(\.title) == ["one", "two", "three"])
        #expect(runs.map(\.number) == [1, 2, 3])
        #expect(runs.map(\.actor) == ["Grace", "Grace", "Grace"])
        #expect(trial.started == runs.map(\.id))
        var before: String? = base
        for run in runs {
            let event = try await trial.store.event(ofRun: run.id)
            #expect(event?.before == before)
            #expect(event?.payload["head_commit"]?["id"] == .string(run.commit))
            before = run.commit
        }
    }

    @Test("where the settings ask for the last commit only, the others have no event")
    func lastCommit() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher { $0.commits = .last }
        try trial.repository.commit("one")
        let last = try trial.repository.push("two")
        await watcher.look()
        #expect(try await trial.commits() == [last])
    }

    @Test("new branches and tags are pushes, deleted ones nothing, and come back as new")
    func newAndDeleted() async throws {
        let trial = try WatchTrial()
        let commit = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        try trial.repository.git("tag", "-a", "v1", "-m", "release")
        try trial.repository.git("push", "-q", "origin", "HEAD:topic", "v1")
        await watcher.look()
        #expect(try await trial.records().map(\.ref) == ["refs/heads/topic", "refs/tags/v1"])
        #expect(try await trial.commits() == [commit, commit])
        try trial.repository.git("push", "-q", "origin", ":topic")
        await watcher.look()
        #expect(try await trial.records().count == 2)
        #expect(try await trial.store.knownReferences(of: "app")["refs/heads/topic"] == nil)
        try trial.repository.git("push", "-q", "origin", "HEAD:topic")
        await watcher.look()
        #expect(try await trial.records().map(\.ref) == ["refs/heads/topic", "refs/tags/v1", "refs/heads/topic"])
        #expect(trial.reports.isEmpty)
    }

    @Test("a forced push is one event that says so, and so is the way back")
    func forced() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let old = try trial.repository.push("old")
        let watcher = try await trial.watcher()
        try trial.repository.git("reset", "-q", "--hard", "HEAD~1")
        try trial.repository.commit("between")
        let new = try trial.repository.push("new")
        await watcher.look()
        #expect(try await trial.commits() == [new])
        let run = try #require(trial.started.first)
        let event = try #require(try await trial.store.event(ofRun: run))
        #expect(event.before == old)
        #expect(event.payload["forced"] == true)
        try trial.repository.git("push", "-q", "--force", "origin", "\(old):refs/heads/main")
        await watcher.look()
        #expect(try await trial.commits() == [new, old])
    }

    @Test("refs that the settings do not watch start nothing")
    func unwatched() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher {
            $0.branches = ["main", "release/**"]
            $0.tags = ["v*"]
        }
        try trial.repository.git("tag", "nightly")
        try trial.repository.git("push", "-q", "origin", "HEAD:topic", "HEAD:release/a/b", "nightly")
        await watcher.look()
        #expect(try await trial.records().map(\.ref) == ["refs/heads/release/a/b"])
        #expect(try await trial.store.knownReferences(of: "app").count == 4)
    }

    @Test("a push that both a webhook and a look tell of is one event, whoever comes first", arguments: [true, false])
    func toldTwice(webhookFirst: Bool) async throws {
        let trial = try WatchTrial()
        let base = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let commit = try trial.repository.push("one")
        if !webhookFirst { await watcher.look() }
        try await trial.deliverPush(from: base, to: commit, to: watcher, id: "first")
        try await trial.deliverPush(from: base, to: commit, to: watcher, id: "first")
        try await trial.deliverPush(from: base, to: commit, to: watcher, id: "again")
        await watcher.look()
        let records = try await trial.records()
        #expect(records.map(\.commit) == [commit])
        #expect(records.map(\.source) == [webhookFirst ? .webhook : .poll])
        #expect(records.first?.repeats == (webhookFirst ? 1 : 2))
        #expect(trial.started.count == 1)
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 10).isEmpty)
    }

    @Test("a delivery waits while the remote does not answer, and is dealt with when it does")
    func pendingDelivery() async throws {
        let trial = try WatchTrial()
        let base = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let commit = try trial.repository.push("one")
        let away = "\(trial.repository.folder)/away.git"
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: away)
        try await trial.deliverPush(from: base, to: commit, to: watcher)
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 10).count == 1)
        let status = try #require(try await trial.store.remoteStatus(of: "app"))
        #expect(status.failures == 1 && status.error != nil)
        #expect(try #require(status.nextAttemptAt) > trial.now)
        await watcher.look()
        #expect(try await trial.store.remoteStatus(of: "app")?.failures == 2)
        #expect(trial.started.isEmpty)

        try FileManager.default.moveItem(atPath: away, toPath: trial.repository.origin)
        await watcher.look()
        #expect(try await trial.records().map(\.source) == [.webhook])
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 10).isEmpty)
        #expect(try await trial.store.remoteStatus(of: "app")?.failures == 0)
        #expect(trial.started.count == 1)
    }

    @Test("a branch that webhooks tell to be deleted and made again is new, without any look between")
    func deletedByWebhook() async throws {
        let trial = try WatchTrial()
        let commit = try trial.repository.push("base", Self.files)
        try trial.repository.git("push", "-q", "origin", "HEAD:keep")
        try trial.repository.git("--git-dir=\(trial.repository.origin)", "symbolic-ref", "HEAD", "refs/heads/keep")
        let watcher = try await trial.watcher()
        try trial.repository.git("push", "-q", "origin", ":main")
        let zero = String(repeating: "0", count: 40)
        try await trial.deliverPush(from: commit, to: zero, to: watcher)
        #expect(try await trial.records().isEmpty)
        #expect(try await trial.store.knownReferences(of: "app")["refs/heads/main"] == nil)
        try trial.repository.git("push", "-q", "origin", "HEAD:main")
        try await trial.deliverPush(from: nil, to: commit, to: watcher)
        #expect(try await trial.commits() == [commit])
    }

    @Test("a restarted watcher goes on from what is recorded")
    func restart() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        _ = try await trial.watcher()
        let commit = try trial.repository.push("while it was away")
        let watcher = try await trial.watcher()
        await watcher.look()
        #expect(try await trial.commits() == [commit])
    }

    @Test("a webhook that names a commit that never was is finished with the reason")
    func unknownCommit() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        try await trial.deliverPush(from: nil, to: String(repeating: "b", count: 40), to: watcher)
        let record = try #require(try await trial.records().first)
        #expect(record.source == .webhook && record.runIDs.isEmpty)
        #expect(record.reason?.contains("the repository does not have it") == true, "\(record)")
        #expect(try await trial.runs().isEmpty)
        #expect(try await trial.store.pendingDeliveries(of: "app", limit: 10).isEmpty)
    }

    @Test(
        "pull requests of the own repository run, those of forks only where the settings say so",
        arguments: [(false, false, 1), (true, false, 0), (true, true, 1)])
    func pullRequests(isFork: Bool, allowsForks: Bool, count: Int) async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher { if allowsForks { $0.pullRequests = .all } }
        try trial.repository.git("checkout", "-q", "-b", "topic")
        let head = try trial.repository.push("topic")
        let payload = """
            {"object_kind": "merge_request", "user": {"username": "eve"}, "object_attributes": {"iid": 7, "action": "open",
             "source_branch": "topic", "target_branch": "main", "source_project_id": \(isFork ? 2 : 1), "target_project_id": 1,
             "last_commit": {"id": "\(head)"}}}
            """
        try await trial.deliver("Merge Request Hook", payload, to: watcher)
        let runs = try await trial.runs()
        #expect(runs.count == count)
        guard let run = runs.first, let event = try await trial.store.event(ofRun: run.id) else { return }
        #expect(event.name == "pull_request" && event.baseBranch == "main" && event.headBranch == "topic")
        #expect(event.isUntrusted == isFork)
        #expect(event.commit == head)
    }
}
