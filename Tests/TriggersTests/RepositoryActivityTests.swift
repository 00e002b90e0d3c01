import Expressions
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

/// Events that webhooks tell beside pushes, down to their runs.
struct RepositoryActivityTests {
    private static func pipeline(_ on: String) -> String {
        WatchTrial.pipeline.replacing("on:\n  push:\n  pull_request:", with: "on:\n\(on)")
    }

    @Test("an event about no commit runs the default branch's pipelines that name it and its activity")
    func issues() async throws {
        let trial = try WatchTrial()
        let head = try trial.repository.push(
            "base", [".github/workflows/i.yml": Self.pipeline("  issues:\n    types: [labeled]")])
        let watcher = try await trial.watcher()
        let payload = #"{"action": "labeled", "issue": {"number": 3}, "sender": {"login": "eve"}}"#
        try await trial.deliverGitHub("issues", payload, to: watcher)
        let run = try #require(try await trial.runs().first)
        #expect(run.event == "issues" && run.ref == "refs/heads/main" && run.commit == head && run.actor == "eve")
        let event = try #require(try await trial.store.event(ofRun: run.id))
        #expect(event.payload["issue"]?["number"] == 3 && event.activity == "labeled" && !event.isUntrusted)
        try await trial.deliverGitHub("issues", payload.replacing("labeled", with: "opened"), to: watcher)
        let skipped = try #require(try await trial.records().last)
        #expect(skipped.runIDs == [] && skipped.skipped.first?.reason.contains("'opened' is not among \"types\"") == true)
    }

    @Test("what no pipeline names leaves no event, but an outcome of its delivery")
    func unawaited() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", [".github/workflows/ci.yml": WatchTrial.pipeline])
        let watcher = try await trial.watcher()
        try await trial.deliverGitHub("issue_comment", #"{"action": "created"}"#, id: "d1", to: watcher)
        #expect(try await trial.records().isEmpty)
        let outcome = try await trial.store.deliveryOutcome(of: "d1", forge: "github", repository: "app")
        #expect(outcome == "no pipeline's \"on\" has issue_comment")
    }

    @Test("a release runs its tag, a new branch itself, a deployment its commit")
    func places() async throws {
        let trial = try WatchTrial()
        let files = [".github/workflows/r.yml": Self.pipeline("  release:\n  create:\n  deployment:")]
        let old = try trial.repository.push("base", files)
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/tags/v1", "HEAD:topic")
        let new = try trial.repository.push("newer")
        let watcher = try await trial.watcher()
        try await trial.deliverGitHub("release", #"{"action": "published", "release": {"tag_name": "v1"}}"#, to: watcher)
        try await trial.deliverGitHub("create", #"{"ref": "topic", "ref_type": "branch"}"#, to: watcher)
        try await trial.deliverGitHub("deployment", #"{"deployment": {"sha": "\#(new)", "ref": "main"}}"#, to: watcher)
        try await trial.deliverGitHub("deployment", #"{"deployment": {"sha": "\#(old)", "ref": "\#(old)"}}"#, to: watcher)
        let runs = try await trial.runs()
        #expect(runs.map(\.ref) == ["refs/tags/v1", "refs/heads/topic", "refs/heads/main", ""])
        #expect(runs.map(\.commit) == [old, old, new, old])
        try await trial.deliverGitHub(
            "release", #"{"action": "published", "release": {"tag_name": "gone"}}"#, id: "d", to: watcher)
        let outcome = try await trial.store.deliveryOutcome(of: "d", forge: "github", repository: "app")
        #expect(outcome?.contains("gone") == true)
    }

    // MARK: - What Slipway itself did

    private static let own = OwnStatuses(
        mark: StatusMark(context: "slipway", pageURL: "https://ci.example.org"), areChecks: true)

    private static let other = #""target_url": "https://other.example.org/runs/1""#

    @Test(
        "a status or check that Slipway set starts no run, and the record says why",
        arguments: [
            ("status", #"{"context": "slipway / CI", \#(other)}"#),
            ("status", #"{"context": "cut…", "target_url": "https://ci.example.org/runs/7"}"#),
            ("check_run", #"{"action": "completed", "check_run": {"name": "slipway / CI / build"}}"#),
            ("check_run", #"{"action": "created", "check_run": {"name": "", "details_url": "https://ci.example.org/jobs/7"}}"#),
        ])
    func ownStatuses(event: String, payload: String) async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", [".github/workflows/s.yml": Self.pipeline("  \(event):")])
        let watcher = try await trial.watcher { $0.ownStatuses = Self.own }
        try await trial.deliverGitHub(event, payload, to: watcher)
        let record = try #require(try await trial.records().first)
        #expect(record.runIDs == [] && record.reason?.contains("Slipway itself set") == true)
        // Where the forge is told nothing, such a status is another's.
        let stranger = try await trial.watcher()
        try await trial.deliverGitHub(event, payload, to: stranger)
        #expect(try await trial.runs().count == 1)
    }

    @Test(
        "others' statuses start runs, and so does who asks for one of Slipway's checks again",
        arguments: [
            ("status", #"{"context": "slipway-like", \#(other)}"#), ("status", #"{"context": "slipway"}"#),
            ("check_run", #"{"action": "completed", "check_run": {"name": "lint"}}"#),
            ("check_run", #"{"action": "rerequested", "check_run": {"name": "slipway / CI"}}"#),
        ])
    func othersStatuses(event: String, payload: String) async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", [".github/workflows/s.yml": Self.pipeline("  \(event):")])
        let watcher = try await trial.watcher { $0.ownStatuses = Self.own }
        try await trial.deliverGitHub(event, payload, to: watcher)
        #expect(try await trial.runs().map(\.event) == [event])
    }

    @Test("a suite of checks starts a run unless Slipway's own may be in it")
    func suites() async throws {
        let trial = try WatchTrial()
        let head = try trial.repository.push("base", [".github/workflows/s.yml": Self.pipeline("  check_suite:")])
        let watcher = try await trial.watcher { $0.ownStatuses = Self.own }
        let payload = #"{"action": "completed", "check_suite": {"head_sha": "\#(head)"}}"#
        try await trial.deliverGitHub("check_suite", payload, to: watcher)
        // Its checks make a suite, too.
        try await trial.deliverGitHub("check_suite", payload, to: watcher)
        #expect(try await trial.runs().count == 1)
        #expect(try await trial.records().last?.reason?.contains(head.prefix(7)) == true)
        let plain = try await trial.watcher { $0.ownStatuses = OwnStatuses(mark: Self.own.mark, areChecks: false) }
        try await trial.deliverGitHub("check_suite", payload, to: plain)
        #expect(try await trial.runs().count == 2)
    }

    // MARK: - Pull requests

    private static func pull(_ action: String, head: String, base: String, from repository: String) -> String {
        """
        {"action": "\(action)", "number": 7, "sender": {"login": "eve"}, "pull_request": {"title": "A change",
          "head": {"ref": "topic", "sha": "\(head)", "repo": {"full_name": "\(repository)"}},
          "base": {"ref": "main", "sha": "\(base)", "repo": {"full_name": "ada/app"}}}}
        """
    }

    @Test("a pull request is two events: its own code, trusted like its author, and the default branch's, which is trusted")
    func pullRequestTarget() async throws {
        let trial = try WatchTrial()
        let both = Self.pipeline("  pull_request:\n  pull_request_target:\n    branches: [main]")
        let base = try trial.repository.push("base", [".github/workflows/p.yml": both])
        let head = try trial.repository.commit("evil", [".github/workflows/p.yml": both.replacing("make", with: "steal")])
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/pull/7/head")
        let watcher = try await trial.watcher { $0.pullRequests = .all }
        let payload = Self.pull("opened", head: head, base: base, from: "eve/app")
        for _ in 1...2 { try await trial.deliverGitHub("pull_request", payload, id: "same", to: watcher) }
        let runs = try await trial.runs()
        #expect(runs.map(\.event) == ["pull_request", "pull_request_target"])
        #expect(runs.map(\.commit) == [head, base] && runs.map(\.ref) == ["refs/pull/7/merge", "refs/heads/main"])
        let events = [
            try await trial.store.event(ofRun: runs[0].id), try await trial.store.event(ofRun: runs[1].id),
        ]
        #expect(events.map { $0?.isUntrusted } == [true, false])
        #expect(events[1]?.baseBranch == "main" && events[1]?.headBranch == "topic")
        let script = try await trial.store.plan(ofRun: runs[1].id)?.jobs[0].steps[0].displayName
        #expect(script == "Run make")
    }

    @Test("pull requests of forks start neither event where the settings run none")
    func forks() async throws {
        let trial = try WatchTrial()
        let base = try trial.repository.push("base", [".github/workflows/p.yml": Self.pipeline("  pull_request_target:")])
        let watcher = try await trial.watcher { $0.pullRequests = .sameRepository }
        try await trial.deliverGitHub("pull_request", Self.pull("opened", head: base, base: base, from: "eve/app"), to: watcher)
        #expect(try await trial.runs().isEmpty)
        try await trial.deliverGitHub("pull_request", Self.pull("opened", head: base, base: base, from: "ada/app"), to: watcher)
        #expect(try await trial.runs().map(\.event) == ["pull_request_target"])
    }
}
