import Diagnostics
import Git
import Plan
import RemoteSources
import SampleRepositories
import Testing
import Workflows

struct RemoteWorkflowsTests {
    private static func callable(_ calls: String...) -> String {
        let jobs = calls.enumerated().map { "  j\($0.offset):\n    uses: \($0.element)\n" }.joined()
        return "on: workflow_call\njobs:\n" + (jobs.isEmpty ? "  j: {runs-on: x, steps: [run: make]}\n" : jobs)
    }

    /// Reads a file with its calls, fetching until nothing more is asked for.
    private func read(_ text: String, _ trial: SourceTrial) async -> (WorkflowDocument, RemoteWorkflows, rounds: Int) {
        let resolver = trial.resolver()
        let workflows = RemoteWorkflows(
            resolver: resolver, repository: "app", session: await resolver.session(followsBranches: true))
        for round in 1... {
            let document = WorkflowReader.read(text: text, path: "ci.yml", calls: workflows)
            if await !workflows.fetchWanted() { return (document, workflows, round) }
        }
        fatalError("unreachable")
    }

    @Test("workflows are read from other repositories, also those that call each other, all at one commit")
    func nested() async throws {
        let trial = try SourceTrial()
        let folder = ".github/workflows"
        let ci = try trial.repository(
            "team/ci",
            [
                "\(folder)/all.yml": Self.callable("./\(folder)/one.yml", "team/deploy/\(folder)/go.yml@v2"),
                "\(folder)/one.yml": Self.callable(),
            ])
        let deploy = try trial.repository("team/deploy", ["\(folder)/go.yml": Self.callable()])
        try deploy.pushTag("v2")
        let text = "on: push\njobs:\n  a:\n    uses: team/ci/\(folder)/all.yml@main\n"
        let (document, workflows, rounds) = await read(text, trial)
        let plan = try #require(document.plan)
        #expect(!plan.obstacles.contains { $0.message.contains("can't be had") })
        let call = try #require(plan.jobs.first?.call)
        #expect(try call.commit == ci.head())
        #expect(try call.plan.jobs.map(\.call?.commit) == [ci.head(), deploy.head()])
        #expect(rounds == 3 && workflows.outages == [])
        #expect(trial.fetcher.addresses.count == 2)
    }

    @Test("what is not there is the file's mistake; a server that is silent is nobody's")
    func problems() async throws {
        let trial = try SourceTrial()
        try trial.repository("team/ci")
        let (document, _, _) = await read("on: push\njobs:\n  a:\n    uses: team/ci/.github/workflows/no.yml@main\n", trial)
        let error = try #require(document.diagnostics.first { $0.severity == .error })
        #expect(error.line == 4 && error.message.contains("there is no file \".github/workflows/no.yml\" in team/ci at main"))

        trial.fetcher.fail(with: .unreachable)
        let (silent, workflows, _) = await read("on: push\njobs:\n  a:\n    uses: other/ci/.github/workflows/a.yml@main\n", trial)
        #expect(silent.isAccepted && workflows.outages.count == 1)
        #expect(silent.plan?.obstacles.contains { $0.message.contains("it was told to fail") } == true)
    }

    @Test("a tag that moved is told of")
    func moved() async throws {
        let trial = try SourceTrial()
        let ci = try trial.repository("team/ci", [".github/workflows/a.yml": Self.callable()])
        try ci.pushTag("v1")
        let reference = "team/ci/.github/workflows/a.yml@v1"
        let text = "on: push\njobs:\n  a:\n    uses: \(reference)\n"
        let first = await read(text, trial)
        #expect(first.1.warning(about: reference) == nil)
        try ci.push("newer")
        try ci.pushTag("v1")
        trial.state.advance(seconds: 4000)
        _ = await read(text, trial)
        await trial.state.doWaitingWork()
        let last = await read(text, trial)
        #expect(last.1.warning(about: reference)?.contains("moved") == true)
        #expect(last.0.plan?.jobs.first?.call?.commit == first.0.plan?.jobs.first?.call?.commit)
    }
}
