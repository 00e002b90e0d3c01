import Expressions
import Foundation
import Plan
import Testing

@testable import Scheduling

struct RunContextsTests {
    @Test("who reran a run triggers its new attempt, and who started the first stays its actor")
    func actors() {
        let now = Date(timeIntervalSince1970: 0)
        let event = Event(
            repository: "app", name: "push", source: .webhook, ref: "refs/heads/main", commit: String(repeating: "a", count: 40),
            actor: "ada", receivedAt: now)
        var run = Run(
            id: 1, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push", ref: event.ref,
            commit: event.commit, actor: "ada", createdAt: now)
        func actors(_ run: Run) -> [ExpressionValue?] {
            let facts = RepositoryFacts(fullName: "ada/app", serverURL: "")
            let github = RunContexts(run: run, plan: RunPlan(name: "CI", path: "ci.yml"), event: event, facts: facts).github
            return [github["actor"], github["triggering_actor"]]
        }
        #expect(actors(run) == ["ada", "ada"])
        run.askers = ["grace", "tim"]
        #expect(actors(run) == ["ada", "grace"])
    }

    @Test("a pipeline of stages finds what its commit says, whatever started it; others don't")
    func sourceCommit() {
        let now = Date(timeIntervalSince1970: 0)
        let event = Event(
            repository: "app", name: "workflow_dispatch", source: .operator, ref: "refs/heads/main",
            commit: String(repeating: "a", count: 40), actor: "ada", receivedAt: now)
        let run = Run(
            id: 1, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: event.name, ref: event.ref,
            commit: event.commit, actor: "ada", createdAt: now)
        let facts = RepositoryFacts(fullName: "ada/app", serverURL: "")
        var plan = RunPlan(name: "CI", path: ".slipway/pipeline.yml", dialect: .pipeline)
        #expect(RunContexts(run: run, plan: plan, event: event, facts: facts).github["source"] == nil)
        plan.sourceCommit = SourceCommit(message: "Train longer", author: "Grace")
        let github = RunContexts(run: run, plan: plan, event: event, facts: facts).github
        #expect(github["source"] == ["message": "Train longer", "author": "Grace"] && github["actor"] == "ada")
    }
}
