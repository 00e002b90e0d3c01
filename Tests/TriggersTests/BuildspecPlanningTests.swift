import Buildspecs
import Diagnostics
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

/// Which buildspecs an event starts: those of the settings, for what these say.
struct BuildspecPlanningTests {
    private static let good = "version: 0.2\nphases: {build: {commands: [make]}}\n"

    private static func plan(
        _ repository: SampleRepository, _ buildspecs: [WatchedBuildspec], event name: String = "push",
        ref: String = "refs/heads/main", activity: String? = nil, base: String? = nil, workflow: String? = nil
    ) throws -> PipelinePlanner.Outcome {
        let commit = try repository.git("rev-parse", "HEAD")
        let mirror = try Mirror.open(existing: repository.origin)
        let event = Event(
            repository: "app", name: name, activity: activity, source: .poll, ref: ref, commit: commit, baseBranch: base,
            workflow: workflow, receivedAt: WatchTrial.start)
        return try PipelinePlanner(mirror: mirror, commit: try #require(ObjectID(commit)), buildspecs: buildspecs).plan(event)
    }

    private static func repository(_ text: String = good) throws -> SampleRepository {
        let repository = try SampleRepository()
        try repository.push("base", ["buildspec.yml": text])
        return repository
    }

    @Test(
        "pushes run it where its settings say so",
        arguments: [
            (WatchedBuildspec(path: "buildspec.yml"), "refs/heads/main", nil),
            (
                WatchedBuildspec(path: "buildspec.yml"), "refs/heads/other",
                "the settings run it for the default branch (main) only"
            ),
            (WatchedBuildspec(path: "buildspec.yml", branches: ["o*"]), "refs/heads/other", nil),
            (
                WatchedBuildspec(path: "buildspec.yml", branches: ["o*"]), "refs/heads/main",
                "the branch \"main\" is none that the settings run it for (o*)"
            ),
            (WatchedBuildspec(path: "buildspec.yml"), "refs/tags/v1", "the settings run it for no tag"),
            (WatchedBuildspec(path: "buildspec.yml", tags: ["v*"]), "refs/tags/v1", nil),
            (WatchedBuildspec(path: "gone.yml"), "refs/heads/main", "the commit has no file \"gone.yml\""),
        ] as [(WatchedBuildspec, String, String?)])
    func pushes(_ buildspec: WatchedBuildspec, ref: String, reason: String?) throws {
        let outcome = try Self.plan(try Self.repository(), [buildspec], ref: ref)
        #expect(outcome.skipped.map(\.reason) == [reason].compactMap(\.self))
        #expect(outcome.runs.map(\.run.workflowPath) == (reason == nil ? ["buildspec.yml"] : []))
        #expect(outcome.runs.first?.plan?.dialect ?? .buildspec == .buildspec)
    }

    @Test("a pull request runs it where that is said, when there are new commits")
    func pullRequests() throws {
        let repository = try Self.repository()
        var buildspec = WatchedBuildspec(path: "buildspec.yml")
        func count(_ activity: String, base: String = "main") throws -> Int {
            try Self.plan(
                repository, [buildspec], event: "pull_request", ref: "refs/pull/1/merge", activity: activity, base: base
            ).runs.count
        }
        #expect(try count("opened") == 0)
        buildspec.runsPullRequests = true
        #expect(try count("opened") == 1)
        #expect(try count("labeled") == 0)
        #expect(try count("synchronize", base: "other") == 0)
    }

    @Test("an operator starts one by its name, or by its file")
    func operators() throws {
        let repository = try Self.repository()
        let buildspecs = [
            WatchedBuildspec(path: "buildspec.yml", branches: [], project: BuildspecProject(name: "demo")),
            WatchedBuildspec(path: "other.yml"),
        ]
        for name in ["demo", "buildspec.yml"] {
            let outcome = try Self.plan(repository, buildspecs, event: "workflow_dispatch", workflow: name)
            #expect(outcome.runs.map(\.run.workflow) == ["demo"])
            #expect(outcome.missing == nil)
        }
        let missing = try Self.plan(repository, buildspecs, event: "workflow_dispatch", workflow: "none")
        #expect(missing.missing == "none")
    }

    @Test("mistakes, and what is not supported, are refused with their lines")
    func refusals() throws {
        let wrong = try Self.plan(try Self.repository("version: 0.2\n"), [WatchedBuildspec(path: "buildspec.yml")])
        #expect(wrong.runs.map(\.run.conclusion) == [.refused])
        #expect(wrong.runs.first?.run.reason == "buildspec.yml has 1 mistake: nothing was executed")
        let text = Self.good + "env: {shell: cmd.exe}\n"
        let foreign = try Self.plan(try Self.repository(text), [WatchedBuildspec(path: "buildspec.yml")])
        #expect(foreign.runs.first?.run.diagnostics.map(\.severity) == [.error])
    }

    @Test("a file that no setting names is no riddle")
    func unusedBuildspecs() throws {
        let reason = try Self.plan(try Self.repository(), []).reason
        #expect(reason?.hasPrefix("the commit has a buildspec.yml, but no pipeline files; \"buildspecs\" of") == true)
    }
}
