import Diagnostics
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

struct PipelinePlannerTests {
    private static func pipeline(_ on: String) -> String {
        "on:\n  \(on)\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
    }

    /// What a push of the newest commit starts: `path`, `path skipped` or `path refused`, in their order.
    private static func outcome(
        _ repository: SampleRepository, ref: String = "refs/heads/main", before: String? = nil
    ) throws -> [String] {
        let result = try plan(repository, ref: ref, before: before)
        let runs = result.runs.map { "\($0.run.workflowPath)\($0.run.conclusion == .refused ? " refused" : "")" }
        return (runs + result.skipped.map { "\($0.path) skipped" }).map { $0.replacing(".github/workflows/", with: "") }.sorted()
    }

    private static func plan(
        _ repository: SampleRepository, ref: String = "refs/heads/main", before: String? = nil
    ) throws -> PipelinePlanner.Outcome {
        let commit = try repository.git("rev-parse", "HEAD")
        let mirror = try Mirror.open(existing: repository.origin)
        let event = Event(
            repository: "app", name: "push", source: .poll, ref: ref, commit: commit, before: before, actor: "ada",
            receivedAt: WatchTrial.start)
        return try PipelinePlanner(mirror: mirror, commit: try #require(ObjectID(commit))).plan(event)
    }

    @Test("the pipelines of the commit decide by their own filters")
    func filters() throws {
        let repository = try SampleRepository()
        try repository.push(
            "base",
            [
                ".github/workflows/all.yml": Self.pipeline("push:"),
                ".github/workflows/main.yaml": Self.pipeline("push: {branches: [main]}"),
                ".github/workflows/tags.yml": Self.pipeline("push: {tags: ['v*']}"),
                ".github/workflows/manual.yml": Self.pipeline("workflow_dispatch:"),
                ".github/workflows/notes.txt": "no pipeline", ".github/workflows/below/deep.yml": Self.pipeline("push:"),
                ".slipway/own.yml": Self.pipeline("push:"),
            ])
        #expect(
            try Self.outcome(repository) == [
                ".slipway/own.yml", "all.yml", "main.yaml", "manual.yml skipped", "tags.yml skipped",
            ])
        #expect(
            try Self.outcome(repository, ref: "refs/tags/v1") == [
                ".slipway/own.yml", "all.yml", "main.yaml skipped", "manual.yml skipped", "tags.yml",
            ])
    }

    @Test("path filters look at what the push changed: from where the ref stood, or from the parent of a new one")
    func paths() throws {
        let repository = try SampleRepository()
        let base = try repository.push("base", [".github/workflows/docs.yml": Self.pipeline("push: {paths: ['docs/**']}")])
        #expect(try Self.outcome(repository) == ["docs.yml skipped"])
        try repository.push("docs", ["docs/a.md": "a"])
        #expect(try Self.outcome(repository, before: base) == ["docs.yml"])
        let docs = try repository.git("rev-parse", "HEAD")
        try repository.push("code", ["src/a.c": "a"])
        #expect(try Self.outcome(repository, before: docs) == ["docs.yml skipped"])
        #expect(try Self.outcome(repository, before: base) == ["docs.yml"])
        #expect(try Self.outcome(repository, before: nil) == ["docs.yml skipped"])
    }

    @Test("of a new branch all that it adds to the default branch counts")
    func pathsOfNewBranch() throws {
        let repository = try SampleRepository()
        try repository.push("base", [".github/workflows/docs.yml": Self.pipeline("push: {paths: ['docs/**']}")])
        try repository.git("checkout", "-q", "-b", "topic")
        try repository.push("docs", ["docs/a.md": "a"])
        try repository.push("code", ["src/a.c": "a"])
        #expect(try Self.outcome(repository, ref: "refs/heads/topic") == ["docs.yml"])
    }

    @Test("of a pull request what it adds counts, and not what its base got since", arguments: [true, false])
    func pathsOfPullRequest(forgeTellsCommits: Bool) throws {
        let repository = try SampleRepository()
        let on = "{pull_request: {paths: ['docs/**']}}"
        try repository.push("base", [".github/workflows/docs.yml": Self.pipeline("").replacing("on:\n  \n", with: "on: \(on)\n")])
        try repository.git("checkout", "-q", "-b", "topic")
        try repository.push("docs", ["docs/a.md": "a"])
        try repository.push("code", ["src/a.c": "a"])
        let topic = try repository.git("rev-parse", "HEAD")
        try repository.git("checkout", "-q", "main")
        try repository.push("more", ["docs/b.md": "b"])
        let base = try repository.git("rev-parse", "HEAD")
        try repository.git("checkout", "-q", "-b", "other", "HEAD~1")
        try repository.push("other code", ["src/b.c": "b"])
        let other = try repository.git("rev-parse", "HEAD")
        #expect(try Self.triggered(repository, head: topic, base: forgeTellsCommits ? base : nil) == ["docs.yml"])
        #expect(try Self.triggered(repository, head: other, base: forgeTellsCommits ? base : nil) == [])
        // One that is merged already can't be told apart from its base: it runs.
        try repository.git("checkout", "-q", "main")
        try repository.git("merge", "-q", "--no-edit", "other")
        try repository.push("merged")
        let merged = try repository.git("rev-parse", "HEAD")
        #expect(try Self.triggered(repository, head: other, base: forgeTellsCommits ? merged : nil) == ["docs.yml"])
    }

    /// The pipelines that a pull request to `main` starts.
    private static func triggered(_ repository: SampleRepository, head: String, base: String?) throws -> [String] {
        var payload: ExpressionObject = [:]
        if let base {
            payload["pull_request"] = .object([
                "head": .object(["sha": .string(head)]), "base": .object(["sha": .string(base)]),
            ])
        }
        let event = Event(
            repository: "app", name: "pull_request", activity: "opened", source: .webhook, ref: "refs/pull/7/merge", commit: head,
            baseBranch: "main", headBranch: "topic", actor: "ada", payload: .object(payload), receivedAt: WatchTrial.start)
        let mirror = try Mirror.open(existing: repository.origin)
        return try PipelinePlanner(mirror: mirror, commit: try #require(ObjectID(head))).plan(event).runs.map {
            $0.run.workflowPath.replacing(".github/workflows/", with: "")
        }
    }

    @Test("a pipeline with mistakes is a refused run that shows them; the others run")
    func mistakes() throws {
        let repository = try SampleRepository()
        try repository.push(
            "base",
            [
                ".github/workflows/bad.yml": Self.pipeline("push:").replacing("steps:", with: "stepz:"),
                ".github/workflows/good.yml": Self.pipeline("push:"), ".github/workflows/ugly.yml": "on: [push\n",
            ])
        #expect(try Self.outcome(repository) == ["bad.yml refused", "good.yml", "ugly.yml refused"])
        let refused = try #require(try Self.plan(repository).runs.first { $0.run.workflowPath.hasSuffix("bad.yml") })
        #expect(refused.jobs.isEmpty && refused.run.status == .completed)
        #expect(refused.run.diagnostics.contains { $0.message.contains("stepz") })
        #expect(refused.run.reason?.hasSuffix("nothing was executed") == true)
    }

    @Test("a commit that asks for no run starts none, and says so")
    func skipMark() throws {
        let repository = try SampleRepository()
        try repository.push("base [skip ci]", [".github/workflows/all.yml": Self.pipeline("push:")])
        let outcome = try Self.plan(repository)
        #expect(outcome.runs.isEmpty && outcome.reason == "no pipeline is triggered")
        #expect(outcome.skipped.first?.reason.contains("[skip ci]") == true)
    }

    @Test("a commit without pipelines has a reason, too")
    func noPipelines() throws {
        let repository = try SampleRepository()
        try repository.push("base", ["README.md": "hello"])
        #expect(try Self.plan(repository).reason == "the commit has no pipeline files")
    }

    @Test("a run is made with its jobs, named and waiting")
    func run() throws {
        let repository = try SampleRepository()
        let text = """
            name: Everything
            run-name: ${{ github.ref_name }} by ${{ github.actor }}
            on: push
            jobs:
              a:
                name: First
                runs-on: ubuntu-latest
                steps: [{run: make}]
              b:
                needs: a
                runs-on: ubuntu-latest
                steps: [{run: make}]
            """
        try repository.push("base", [".github/workflows/ci.yml": text])
        let new = try #require(try Self.plan(repository).runs.first)
        #expect(new.run.workflow == "Everything" && new.run.title == "main by ada")
        #expect(new.run.createdAt == WatchTrial.start && new.run.status == .queued)
        #expect(new.jobs.map(\.name) == ["First", "b"])
        #expect(new.jobs.map(\.needs) == [[], ["a"]])
        #expect(new.jobs.allSatisfy { $0.status == .waiting })
    }
}
