import Execution
import Expressions
import Plan
import Store
import Testing

@testable import Scheduling

struct CallTests {
    /// A plan of which some jobs call workflows.
    private static func plan(_ jobs: String, calls: [String: WorkflowCallPlan]) throws -> RunPlan {
        var plan = try MachineTrial.plan(jobs)
        for index in plan.jobs.indices {
            guard let call = calls[plan.jobs[index].key] else { continue }
            plan.jobs[index].call = call
            (plan.jobs[index].steps, plan.jobs[index].runsOn) = ([], [])
        }
        return plan
    }

    private static func trial(_ jobs: String, calls: [String: WorkflowCallPlan]) throws -> MachineTrial {
        MachineTrial(MachineTrial.state(try plan(jobs, calls: calls)))
    }

    private static func call(
        _ jobs: String, with arguments: [String: String] = [:], inputs: [WorkflowCallPlan.Input] = [],
        outputs: [String: String] = [:], calls: [String: WorkflowCallPlan] = [:]
    ) throws -> WorkflowCallPlan {
        func templates(_ texts: [String: String]) throws -> [NamedTemplate] {
            try texts.sorted { $0.key < $1.key }.map { NamedTemplate(name: $0, value: try Template(parsing: $1)) }
        }
        return WorkflowCallPlan(
            reference: "./.github/workflows/called.yml", plan: try plan(jobs, calls: calls), arguments: try templates(arguments),
            inputs: inputs, outputs: try templates(outputs))
    }

    private static let callee = """
        compile:
          name: Compile ${{ inputs.mode }}
        check:
          needs: compile
        """

    @Test("a call begins when its needs are complete, and ends as its jobs do, with its outputs")
    func wholeCall() throws {
        var trial = try Self.trial(
            "prepare:\nbuild:\n  needs: prepare\nafter:\n  needs: build",
            calls: [
                "build": try Self.call(
                    Self.callee, with: ["mode": "${{ needs.prepare.outputs.mode }}"],
                    inputs: [.init(name: "mode", kind: .string)],
                    outputs: ["result": "${{ jobs.check.result }}/${{ jobs.compile.outputs.size }}/${{ inputs.mode }}"])
            ])
        #expect(trial.summary == ["prepare: queued", "build: waiting", "after: waiting"])
        try trial.end("prepare", .success, outputs: ["mode": "fast"])
        #expect(
            trial.summary == [
                "prepare: success", "build: running", "build / Compile fast: queued", "build / check: waiting", "after: waiting",
            ])
        #expect(try trial.job("build / check").reason == "needs compile")
        #expect(try trial.job("build").callInputs == ["mode": "fast"])
        #expect(trial.machine.jobs.workingCount == 0)
        let start = try #require(trial.machine.start(of: try trial.job("build / Compile fast")))
        #expect(start.job.key == "build/compile" && start.jobPlan?.key == "compile")
        #expect(start.contexts.inputs == ["mode": "fast"] && start.contexts.github["job"] == "compile")
        #expect(start.contexts.github["workflow_ref"] == "ada/app/ci.yml@refs/heads/main")
        #expect(start.contexts.github["job_workflow_sha"] == "c0ffee")
        #expect(start.contexts.job["workflow_file_path"] == "ci.yml")
        #expect(start.calls.map { $0.contexts.github["job"] } == ["build"])
        try trial.end("build / Compile fast", .success, outputs: ["size": "3"])
        try trial.end("build / check", .success)
        #expect(try trial.job("build").outputs == ["result": "success/3/fast"])
        #expect(trial.startable == ["after"])
        #expect(trial.machine.needs(of: try trial.job("after"))["build"]?["outputs"]?["result"] == "success/3/fast")
        try trial.end("after", .success)
        #expect(trial.machine.run.conclusion == .success)
    }

    struct Input: Sendable {
        var kind: WorkflowCallPlan.Input.Kind
        var given: String?
        var isRequired = false
        var defaultValue: String?
        var value: ExpressionValue?
        var reason: String?
    }

    @Test(
        "inputs are typed by what the called workflow declares",
        arguments: [
            Input(kind: .string, given: "${{ 3 }}", value: "3"), Input(kind: .string, given: "", defaultValue: "d", value: ""),
            Input(kind: .string, given: "${{ null }}", defaultValue: "d", value: "d"), Input(kind: .string, value: ""),
            Input(kind: .boolean, given: "${{ 1 == 1 }}", value: true), Input(kind: .boolean, given: "true", value: true),
            Input(kind: .boolean, value: false), Input(kind: .number, given: "${{ 2 }}", value: 2),
            Input(kind: .number, given: "4.5", value: 4.5), Input(kind: .number, value: 0),
            Input(kind: .number, defaultValue: "${{ github.run_attempt }}", value: 1),
            Input(
                kind: .boolean, given: "yes",
                reason: "the input \"i\" of ./.github/workflows/called.yml is a boolean, found \"yes\""),
            Input(
                kind: .number, given: "${{ fromJSON('[1]') }}",
                reason: "the input \"i\" of ./.github/workflows/called.yml is a number, found an array"),
            Input(kind: .string, isRequired: true, reason: "./.github/workflows/called.yml needs the input \"i\""),
            Input(
                kind: .string, given: "${{ fromJSON('{') }}",
                reason: "can't evaluate the input \"I\" of ./.github/workflows/called.yml"),
        ])
    func inputs(_ input: Input) throws {
        let declared = WorkflowCallPlan.Input(
            name: "i", kind: input.kind, defaultValue: try input.defaultValue.map { try Template(parsing: $0) },
            isRequired: input.isRequired)
        let trial = try Self.trial(
            "call:", calls: ["call": try Self.call("a:", with: input.given.map { ["I": $0] } ?? [:], inputs: [declared])])
        if let reason = input.reason {
            #expect(trial.summary == ["call: failure"])
            #expect(try trial.job("call").reason?.hasPrefix(reason) == true)
        } else {
            #expect(try trial.job("call").callInputs?["i"] == input.value)
            #expect(trial.summary == ["call: running", "call / a: queued"])
        }
    }

    @Test("an input that is not declared fails the call")
    func unknownInput() throws {
        let trial = try Self.trial("call:", calls: ["call": try Self.call("a:", with: ["x": "1"])])
        #expect(try trial.job("call").reason == "./.github/workflows/called.yml declares no input \"x\"")
    }

    @Test("inputs may come from one expression, as a mapping")
    func mappedInputs() throws {
        let declared = [WorkflowCallPlan.Input(name: "n", kind: .number), .init(name: "s", kind: .string)]
        for (expression, isMapping) in [("fromJSON('{\"n\": 2}')", true), ("null", true), ("'n=2'", false)] {
            let call = try Self.call("a:", with: ["": "${{ \(expression) }}"], inputs: declared)
            let trial = try Self.trial("call:", calls: ["call": call])
            #expect((try trial.job("call").callInputs != nil) == isMapping)
            if isMapping {
                #expect(try trial.job("call").callInputs?["n"] == (expression == "null" ? 0 : 2))
            } else {
                #expect(try trial.job("call").reason?.hasSuffix("expected a mapping of inputs, found String") == true)
            }
        }
    }

    @Test("a call whose condition does not hold is skipped with all that is inside")
    func skipped() throws {
        let trial = try Self.trial("call:\n  if: ${{ false }}\nafter:\n  needs: call", calls: ["call": try Self.call("a:")])
        #expect(trial.summary == ["call: skipped", "after: skipped"])
    }

    @Test("a failure inside a call is the call's, and named by the run")
    func failure() throws {
        var trial = try Self.trial(
            "call:\nafter:\n  needs: call\nreport:\n  needs: call\n  if: failure()",
            calls: ["call": try Self.call("a:\nb:\n  needs: a", outputs: ["x": "${{ fromJSON(jobs.a.outputs.missing) }}"])])
        try trial.end("call / a", .failure)
        #expect(
            trial.summary == [
                "call: failure", "call / a: failure", "call / b: skipped", "after: skipped", "report: queued",
            ])
        try trial.end("report", .success)
        #expect(trial.machine.run.conclusion == .failure)
        #expect(trial.machine.run.reason == "job call / a: reason of call / a")
    }

    @Test("a tolerated failure inside a call leaves it a success; outputs that can't be evaluated fail it")
    func toleratedFailure() throws {
        var trial = try Self.trial(
            "call:\nbad:",
            calls: ["call": try Self.call("a:"), "bad": try Self.call("a:", outputs: ["x": "${{ fromJSON('{') }}"])])
        try trial.end("call / a", .failure, continues: true)
        #expect(try trial.job("call").conclusion == .success)
        try trial.end("bad / a", .success)
        #expect(try trial.job("bad").reason?.hasPrefix("can't evaluate the outputs of ./.github/workflows/called.yml") == true)
    }

    @Test("calls may be nested, each with its own inputs and needs")
    func nested() throws {
        let inner = try Self.call(
            "x:\n  if: inputs.n == 2", with: ["n": "${{ inputs.n && 2 }}"], inputs: [.init(name: "n", kind: .number)],
            outputs: ["o": "${{ jobs.x.outputs.o }}"])
        var trial = try Self.trial(
            "top:",
            calls: [
                "top": try Self.call(
                    "x:\nmid:\n  needs: x", with: ["n": "1"], inputs: [.init(name: "n", kind: .number)],
                    outputs: ["o": "${{ jobs.mid.outputs.o }}"], calls: ["mid": inner])
            ])
        try trial.end("top / x", .success)
        #expect(trial.summary == ["top: running", "top / x: success", "top / mid: running", "top / mid / x: queued"])
        let start = try #require(trial.machine.start(of: try trial.job("top / mid / x")))
        #expect(start.job.key == "top/mid/x" && start.contexts.inputs == ["n": 2])
        #expect(start.calls.map { $0.contexts.inputs } == [[:], ["n": 1]])
        try trial.end("top / mid / x", .success, outputs: ["o": "deep"])
        #expect(try trial.job("top").outputs == ["o": "deep"])
        #expect(trial.machine.run.conclusion == .success)
    }

    @Test("a matrix of calls has a call for each cell, as many at a time as max-parallel lets, and fails fast")
    func matrix() throws {
        var trial = try Self.trial(
            "call:\n  strategy:\n    max-parallel: 2\n    matrix:\n      n: [1, 2, 3]",
            calls: [
                "call": try Self.call(
                    "a:\nclean:\n  needs: a\n  if: always()", with: ["n": "${{ matrix.n }}"],
                    inputs: [.init(name: "n", kind: .number)])
            ])
        #expect(
            trial.names == [
                "call (1)", "call (1) / a", "call (1) / clean", "call (2)", "call (2) / a", "call (2) / clean", "call (3)",
            ])
        #expect(try trial.job("call (3)").reason == "waits for its siblings: max-parallel is 2")
        try trial.end("call (1) / a", .success)
        try trial.end("call (1) / clean", .success)
        #expect(try trial.job("call (3)").callInputs == ["n": 3])
        trial.startAll()
        try trial.end("call (2) / a", .failure)
        #expect(try trial.job("call (3)").status == .running)
        try trial.end("call (2) / clean", .success)
        #expect(try trial.job("call (2)").conclusion == .failure)
        #expect(trial.cancellations.map(\.job) == ["call (3) / a"])
        try trial.end("call (3) / a", .cancelled)
        // What asks for it runs after a cancel, also inside a call.
        #expect(trial.startable == ["call (3) / clean"])
        try trial.end("call (3) / clean", .success)
        #expect(try trial.job("call (3)").conclusion == .cancelled)
        #expect(try trial.job("call (3)").reason == "fail-fast: call (2) failed")
        #expect(trial.machine.run.conclusion == .failure)
    }

    @Test("a cancel of the run reaches the jobs of calls, also those that are on their way")
    func cancel() throws {
        var trial = try Self.trial(
            "call:\nlater:\n  needs: call",
            calls: ["call": try Self.call("a:\nb:\n  needs: a\nc:"), "later": try Self.call("x:")])
        trial.startAll()
        try trial.end("call / a", .success)
        trial.cancel()
        #expect(trial.cancellations.map(\.job) == ["call / c"])
        #expect(
            trial.summary == [
                "call: running", "call / a: success", "call / b: cancelled", "call / c: running", "later: cancelled",
            ])
        try trial.end("call / c", .cancelled)
        #expect(try trial.job("call").conclusion == .cancelled)
        #expect(trial.machine.run.conclusion == .cancelled)
    }

    @Test("a machine that is made anew goes on where the one before was")
    func restart() throws {
        var trial = try Self.trial("call:\nafter:\n  needs: call", calls: ["call": try Self.call("a:\nb:\n  needs: a")])
        try trial.end("call / a", .success)
        trial = MachineTrial(trial.machine.state)
        #expect(trial.startable == ["call / b"])
        try trial.end("call / b", .success)
        #expect(trial.startable == ["after"])
    }

    // MARK: - Reruns

    private static func failedRun() throws -> RunState {
        var trial = try Self.trial(
            "first:\ncall:\n  strategy:\n    fail-fast: false\n    matrix:\n      n: [1, 2]\nafter:\n  needs: call\nother:",
            calls: [
                "call": try Self.call(
                    "a:\nb:\n  needs: a\nc:", with: ["n": "${{ matrix.n }}"], inputs: [.init(name: "n", kind: .number)]),
                "other": try Self.call("x:"),
            ])
        for name in ["first", "call (1) / a", "call (1) / b", "call (1) / c", "call (2) / a", "call (2) / c", "other / x"] {
            try trial.end(name, .success)
        }
        try trial.end("call (2) / b", .failure)
        return trial.machine.state
    }

    struct Selection: Sendable {
        var names: [String]?
        var fresh: [String]
    }

    @Test(
        "a rerun of a job inside a call goes on with that call, and takes the rest of it over",
        arguments: [
            Selection(fresh: ["call (2)", "call (2) / b", "after"]),
            Selection(names: ["call (1) / a"], fresh: ["call (1)", "call (1) / a", "call (1) / b", "after"]),
            Selection(names: ["call (2) / c", "other / x"], fresh: ["call (2)", "call (2) / c", "after", "other", "other / x"]),
            Selection(names: ["other"], fresh: ["other"]), Selection(names: ["call (1)", "call (2)"], fresh: ["call", "after"]),
        ])
    func rerun(_ wish: Selection) throws {
        let state = try Self.failedRun()
        let ids = wish.names?.compactMap { name in state.jobs.first { $0.name == name }?.id }
        let rows = try Rerun(state: state, selection: ids.map { .only($0) } ?? .failed).rows(at: MachineTrial.now)
        #expect(Set(rows.filter { $0.reusedFrom == nil }.map(\.name)) == Set(wish.fresh))
        // Every row names its caller by the caller's new id.
        let callers = Set(rows.map(\.id)).subtracting([0])
        for row in rows where row.key.contains("/") { #expect(row.callerID.map(callers.contains) == true) }
    }

    @Test("an attempt that goes on with a call runs what was asked for, and ends the call anew")
    func resumedCall() async throws {
        let folder = try TemporaryFolder()
        let store = try Store.open(at: "\(folder.path)/slipway.db")
        var state = try await SchedulerTrial.record(try Self.failedRun().plan, in: store)
        let done = try Self.failedRun()
        // The rows of the completed run, as a daemon would have stored them.
        let rows = try Rerun(state: done, selection: .failed).rows(at: MachineTrial.now).map { row in
            var row = row
            row.runID = state.run.id
            row.reusedFrom = row.reusedFrom.map { _ in 99 }
            return row
        }
        state.run.attempt = 2
        state.jobs = try await store.apply([.updateRun(state.run), .insertJobs(rows)])
        var trial = MachineTrial(try #require(try await store.runState(state.run.id)))
        #expect(trial.startable == ["call (2) / b"])
        #expect(try trial.job("call (2)").status == .running && trial.job("call (2)").callInputs == ["n": 2])
        try trial.end("call (2) / b", .success)
        #expect(try trial.job("call (2)").conclusion == .success)
        try trial.end("after", .success)
        #expect(trial.machine.run.conclusion == .success)
    }
}
