import Expressions
import Plan
import Testing

@Suite struct LaterJobTests {
    private func job(_ key: String, needs: [String] = [], call: [JobPlan]? = nil, if condition: String? = nil) throws -> JobPlan {
        var job = JobPlan(key: key, needs: needs)
        if let condition { job.condition = try Condition(parsing: condition) }
        job.call = call.map { WorkflowCallPlan(reference: key, plan: RunPlan(name: key, path: key, jobs: $0)) }
        return job
    }

    @Test("what needs a job comes after it, as does what is called by those, but nothing that stands beside it")
    func order() throws {
        let plan = RunPlan(
            name: "p", path: "p.yml",
            jobs: [
                try job("Build", call: [try job("Image"), try job("Scan", needs: ["Image"]), try job("Lint")]),
                try job("Docs"),
                try job("Staging", needs: ["Build"], call: [try job("Deploy"), try job("Smoke", needs: ["Deploy"])]),
                try job("Report", needs: ["Staging", "Docs"], if: "always()"),
            ])
        func later(_ key: String) -> [String] { plan.laterJobs(than: key).map(\.key) }
        #expect(later("Build/Image") == ["Staging/Deploy", "Staging/Smoke", "Report", "Build/Scan"])
        #expect(later("Build/Lint") == ["Staging/Deploy", "Staging/Smoke", "Report"])
        #expect(later("Staging/Deploy") == ["Report", "Staging/Smoke"])
        #expect(later("Report").isEmpty && later("no such job").isEmpty)
        let found = plan.laterJobs(than: "Build/Image")
        #expect(found.map(\.isOfSameWorkflow) == [false, false, false, true])
        #expect(found.map(\.isUnconditional) == [true, true, false, true])
    }
    @Test("a job is sure to run only where none of those that it waits for may be left out by a condition")
    func conditions() throws {
        let plan = RunPlan(
            name: "p", path: "p.yml",
            jobs: [
                try job("Build"), try job("Staging", needs: ["Build"], if: "github.event_name == 'push'"),
                try job("Production", needs: ["Staging"]), try job("Docs", needs: ["Build"]),
                try job("Called", needs: ["Docs"], call: [try job("First", if: "false"), try job("Second", needs: ["First"])]),
            ])
        let found = plan.laterJobs(than: "Build").map { "\($0.key) \($0.isUnconditional)" }
        #expect(found == ["Staging false", "Production false", "Docs true", "Called/First false", "Called/Second false"])
        #expect(plan.laterJobs(than: "Staging").map(\.isUnconditional) == [true])
    }
}
