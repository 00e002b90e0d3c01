import Expressions
import FoundationEssentials
import Plan
import Testing

@testable import Workflows

struct TriggerDecisionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let on: String
        var event = "push"
        var ref = "refs/heads/main"
        var activity: String?
        var base: String?
        var paths: [String]?
        var message = "work"
        let triggered: Bool
        /// A part of the reason.
        let reason: String

        var testDescription: String { "\(on.replacing("\n", with: " ")) ← \(event) \(ref) \(reason)" }
    }

    @Test(
        "branches, tags and paths decide about a push",
        arguments: [
            Row(on: "push", triggered: true, reason: "branch 'main'"),
            Row(on: "push", ref: "refs/tags/v1", triggered: true, reason: "tag 'v1'"),
            Row(on: "[pull_request]", triggered: false, reason: "'push' is not among"),
            Row(on: "{push: {branches: [main, 'rel/**']}}", ref: "refs/heads/rel/1/2", triggered: true, reason: "rel/1/2"),
            Row(on: "{push: {branches: [main]}}", ref: "refs/heads/topic", triggered: false, reason: "none of 'main'"),
            Row(on: "{push: {branches: ['**', '!main']}}", triggered: false, reason: "none of"),
            Row(on: "{push: {branches: ['!main', '**']}}", triggered: true, reason: "main"),
            Row(on: "{push: {branches: ['!topic']}}", triggered: false, reason: "none of"),
            Row(on: "{push: {branches-ignore: [main]}}", triggered: false, reason: "ignored by 'main'"),
            Row(on: "{push: {branches: [main]}}", ref: "refs/tags/main", triggered: false, reason: "is a tag"),
            Row(on: "{push: {branches-ignore: [topic]}}", ref: "refs/tags/v1", triggered: false, reason: "is a tag"),
            Row(on: "{push: {tags: ['v*']}}", triggered: false, reason: "is a branch"),
            Row(on: "{push: {tags: ['v*']}}", ref: "refs/tags/v2", triggered: true, reason: "tag 'v2'"),
            Row(on: "{push: {tags-ignore: ['v*']}}", ref: "refs/tags/v2", triggered: false, reason: "ignored"),
            Row(on: "{push: {branches: [main], tags: ['v*']}}", ref: "refs/tags/v2", triggered: true, reason: "v2"),
            Row(on: "{push: {paths: ['src/**']}}", paths: ["src/a.c"], triggered: true, reason: "'src/a.c' changed"),
            Row(on: "{push: {paths: ['src/**']}}", paths: ["doc/a"], triggered: false, reason: "no changed file"),
            Row(on: "{push: {paths: ['src/**']}}", paths: nil, triggered: true, reason: "not known"),
            Row(on: "{push: {paths: ['src/**']}}", ref: "refs/tags/v1", paths: ["doc/a"], triggered: true, reason: "tag"),
            Row(on: "{push: {paths-ignore: ['doc/**']}}", paths: ["doc/a"], triggered: false, reason: "every changed file"),
            Row(on: "{push: {paths-ignore: ['doc/**']}}", paths: [], triggered: false, reason: "no file changed"),
            Row(on: "{push: {paths: ['doc/**']}}", paths: [], triggered: false, reason: "no file changed"),
            Row(on: "{push: {paths-ignore: ['doc/**']}}", paths: ["doc/a", "b"], triggered: true, reason: "outside"),
            Row(
                on: "{push: {branches: [main], paths: ['src/**']}}", ref: "refs/heads/x", paths: ["src/a"], triggered: false,
                reason: "none of 'main'"),
        ])
    func aPushIsDecided(_ row: Row) throws { try check(row) }

    @Test(
        "base branch, activity and marks decide about a pull request",
        arguments: [
            Row(on: "pull_request", event: "pull_request", activity: "opened", triggered: true, reason: "opened"),
            Row(on: "pull_request", event: "pull_request", activity: "labeled", triggered: false, reason: "'labeled'"),
            Row(
                on: "{pull_request: {types: [labeled]}}", event: "pull_request", activity: "labeled", triggered: true,
                reason: "labeled"),
            Row(
                on: "{pull_request: {types: labeled}}", event: "pull_request", activity: "opened", triggered: false,
                reason: "not among \"types\": labeled"),
            Row(
                on: "{pull_request: {branches: [main]}}", event: "pull_request", ref: "refs/pull/7/merge",
                activity: "opened", base: "main", triggered: true, reason: "on 'main'"),
            Row(
                on: "{pull_request: {branches: [main]}}", event: "pull_request", ref: "refs/pull/7/merge",
                activity: "opened", base: "topic", triggered: false, reason: "base branch 'topic'"),
            Row(
                on: "{pull_request: {paths: ['*.c']}}", event: "pull_request", activity: "synchronize", paths: ["a.h"],
                triggered: false, reason: "no changed file"),
            Row(
                on: "pull_request", event: "pull_request", activity: "opened", message: "fix [skip ci]", triggered: false,
                reason: "[skip ci]"),
        ])
    func aPullRequestIsDecided(_ row: Row) throws { try check(row) }

    @Test(
        "other events have rules of their own",
        arguments: [
            Row(on: "workflow_dispatch", event: "workflow_dispatch", message: "[skip ci]", triggered: true, reason: "ada"),
            Row(on: "repository_dispatch", event: "repository_dispatch", activity: "x", triggered: true, reason: "'x'"),
            Row(
                on: "{repository_dispatch: {types: [y]}}", event: "repository_dispatch", activity: "x", triggered: false,
                reason: "not among"),
            Row(on: "{schedule: [{cron: 0 0 * * *}]}", event: "schedule", triggered: true, reason: "time"),
        ])
    func otherEventsAreDecided(_ row: Row) throws { try check(row) }

    @Test(
        "a commit's message can ask for no run",
        arguments: [
            ("[skip ci] docs", true), ("docs\n\nmore [no ci] text", true), ("x [actions skip]", true), ("skip ci", false),
            ("title\n\n\nskip-checks: true", true), ("title\n\n\nskip-checks:true\nReviewed-by: ada\n", true),
            ("title\n\nskip-checks: true", false), ("title\n\n\nskip-checks: false", false),
        ])
    func aMessageCanAskForNoRun(message: String, skips: Bool) {
        #expect((CommitInfo(message: message).skipMark != nil) == skips)
    }

    @Test("a schedule's event starts only the workflow that has the schedule")
    func aScheduleStartsItsOwnWorkflow() throws {
        let workflow = try workflow(on: "{schedule: [{cron: 0 5 * * *}]}")
        var event = event(of: Row(on: "", event: "schedule", triggered: true, reason: ""))
        event.payload = ["schedule": "0 6 * * *"]
        #expect(!workflow.decision(for: event, changedPaths: nil).isTriggered)
        event.payload = ["schedule": "0 5 * * *"]
        #expect(workflow.decision(for: event, changedPaths: nil).isTriggered)
        event.workflow = ".github/workflows/other.yml"
        #expect(!workflow.decision(for: event, changedPaths: nil).isTriggered)
        event.workflow = "ci.yml"
        #expect(workflow.decision(for: event, changedPaths: nil).isTriggered)
    }

    @Test("changed files are asked for only where they decide")
    func changedFilesAreAskedForOnlyWhereTheyDecide() async throws {
        let workflow = try workflow(on: "{push: {branches: [main], paths: ['src/**']}}")
        let other = event(of: Row(on: "", ref: "refs/heads/topic", triggered: false, reason: ""))
        let decision = await workflow.decision(for: other) {
            Issue.record("the branch decides already")
            return nil
        }
        #expect(!decision.isTriggered)
        let main = event(of: Row(on: "", triggered: true, reason: ""))
        #expect(await workflow.decision(for: main) { ["src/a.c"] }.isTriggered)
    }

    private func check(_ row: Row) throws {
        let decision = try workflow(on: row.on)
            .decision(for: event(of: row), commit: CommitInfo(message: row.message), changedPaths: row.paths)
        #expect(decision.isTriggered == row.triggered, "\(decision.reason)")
        #expect(decision.reason.contains(row.reason), "\(decision.reason)")
    }

    private func workflow(on: String) throws -> Workflow {
        let text = "on: \(on)\njobs: {a: {runs-on: x, steps: [{run: 'true'}]}}\n"
        let document = WorkflowReader.read(text: text, path: ".github/workflows/ci.yml")
        #expect(document.isAccepted, "\(document.diagnostics)")
        return try #require(document.workflow)
    }

    private func event(of row: Row) -> Event {
        Event(
            repository: "demo", name: row.event, activity: row.activity, source: .webhook, ref: row.ref,
            commit: String(repeating: "a", count: 40), baseBranch: row.base, actor: "ada",
            receivedAt: Date(timeIntervalSince1970: 0))
    }
}
