import Diagnostics
import Git
import Plan
import SampleRepositories
import Testing

@testable import RemoteSources

struct ActionSurveyorTests {
    @Test("that a server is asked again is said once")
    func outage() {
        var survey = ActionSurvey()
        let reason =
            "team/say@v1 can't be had: fetch failed for https://x: down. It is tried again; check the network if it lasts."
        let use = ActionUse(reference: "team/say@v1", job: "a", file: "ci.yml", position: SourcePosition(line: 6, column: 9))
        survey.problems = [.init(use: use, callers: [], error: SourceError(.unreachable, reason))]
        let message = survey.diagnostics(isTriedAgain: true)[0].message
        #expect(message == reason + " The job looks for it once more before it starts.")
        #expect("it is away".followed(by: "the job waits") == "it is away; the job waits")
    }

    private func use(_ reference: String, line: Int = 7) -> ActionUse {
        ActionUse(reference: reference, job: "test", file: "ci.yml", position: SourcePosition(line: line, column: 9))
    }

    private func survey(_ references: [String], _ trial: SourceTrial, files: ActionSurveyor.Files = .none) async -> ActionSurvey {
        let resolver = trial.resolver()
        let surveyor = ActionSurveyor(resolver: resolver, isBuiltIn: { $0 == "actions/checkout" })
        let session = await resolver.session(followsBranches: true)
        return await surveyor.survey(references.map { use($0) }, of: "app", files: files, in: session)
    }

    @Test("actions are found through composite ones, remote and local, each once")
    func nested() async throws {
        let trial = try SourceTrial()
        let say = try trial.repository("team/say", ["deep/action.yaml": SourceTrial.nodeAction])
        try say.pushTag("v1")
        try trial.repository("team/all", ["action.yml": SourceTrial.composite("team/say/deep@v1", "actions/checkout@v4", "./x")])
        try trial.repository("team/image", ["build/Dockerfile": "FROM scratch\n"])
        let own = try trial.repository(
            "own/app", [".github/actions/go/action.yml": SourceTrial.composite("team/all@main", "docker://a")])
        let mirror = try Mirror.open(at: "\(trial.folder)/own.git", remote: RemoteAddress(parsing: own.origin))
        _ = try mirror.fetch(knownHosts: .any)
        let commit = try #require(ObjectID(try own.head()))
        let found = await survey(
            ["./.github/actions/go", "team/image/build@main", "docker://alpine", "./missing", "team/all@main"], trial,
            files: .tree(.init(mirror: "\(trial.folder)/own.git", commit: commit)))
        #expect(found.problems == [])
        #expect(found.actions.map(\.reference) == ["team/all@main", "team/say/deep@v1", "team/image/build@main"])
        let work = own.folder + "/work"
        #expect(
            await survey(["./.github/actions/go"], trial, files: .folder(work)).actions.map(\.reference) == [
                "team/all@main", "team/say/deep@v1",
            ])
        #expect(try found.actions[1].source.commit.description == say.head())
    }

    @Test("an action that calls one beside it means its own repository, at the same commit")
    func beside() async throws {
        let trial = try SourceTrial()
        try trial.repository("team/say").pushTag("v1")
        let pair = try trial.repository(
            "team/pair",
            ["action.yml": SourceTrial.composite("$/inner"), "inner/action.yml": SourceTrial.composite("team/say@v1")])
        try pair.pushTag("v1")
        let found = await survey(["team/pair@v1", "$/own"], trial)
        #expect(found.problems == [])
        #expect(found.actions.map(\.reference) == ["team/pair@v1", "team/pair/inner@v1", "team/say@v1"])
    }

    @Test("what can't be had is told with the way to it, for every step that comes to it")
    func problems() async throws {
        let trial = try SourceTrial()
        try trial.repository("team/inner", ["action.yml": SourceTrial.composite("team/none@v1")])
        try trial.repository("team/outer", ["action.yml": SourceTrial.composite("team/inner@main")])
        try trial.repository("team/empty", ["README.md": "nothing"])
        try trial.repository("team/wrong", ["action.yml": "name: [\n"])
        let found = await survey(["team/outer@main", "team/none@v1", "team/empty@main", "team/wrong@main", "nonsense"], trial)
        #expect(found.problems.map(\.callers) == [["team/outer@main", "team/inner@main"], [], [], [], []])
        let messages = found.problems.map(\.message)
        #expect(messages[0].hasSuffix("(used by team/inner@main, used by team/outer@main)"))
        #expect(messages[2].contains("neither an action.yml nor a Dockerfile in the repository's root"))
        #expect(messages[3].contains("action.yml has a mistake"))
        #expect(messages[4].contains("no owner/repository@ref"))
    }

    @Test("actions that call each other in a circle, or without end, are told")
    func circle() async throws {
        let trial = try SourceTrial()
        try trial.repository("team/a", ["action.yml": SourceTrial.composite("team/b@main")])
        try trial.repository("team/b", ["action.yml": SourceTrial.composite("team/a@main")])
        for level in 0...11 {
            try trial.repository("deep/l\(level)", ["action.yml": SourceTrial.composite("deep/l\(level + 1)@main")])
        }
        let found = await survey(["team/a@main", "deep/l0@main"], trial)
        #expect(found.problems.count == 2)
        #expect(found.problems.first?.message.contains("in a circle") == true)
        #expect(found.problems.last?.message.contains("deeper than") == true)
    }
}
