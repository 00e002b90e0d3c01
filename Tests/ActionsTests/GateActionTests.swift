import Actions
import Execution
import Expressions
import Foundation
import Plan
import Testing

struct GateActionTests {
    private static func trial(_ files: [String: String] = ["metrics.json": #"{"f1": 0.84, "auc": 0.95}"#]) throws -> ActionTrial {
        let trial = ActionTrial()
        try FileManager.default.createDirectory(atPath: "\(trial.root)/none", withIntermediateDirectories: true)
        for (name, text) in files { try trial.write("workspace/\(name)", text) }
        return trial
    }

    private static let deployed = BaselineAnswer(
        baseline: GateBaseline(words: "run 7, which is deployed", run: 7, commit: "c0ffee"), metrics: [Metric("f1", 0.85)])

    @Test("a gate that passes tells what it measured, and hands it on")
    func pass() throws {
        let trial = try Self.trial()
        let result = try trial.run(GateAction(), ["metrics": "metrics.json", "conditions": "f1 >= 0.8\nauc > 0.9"])
        #expect(result.failure == nil && result.review == nil && result.annotations.isEmpty)
        #expect(result.outputs["outcome"] == .string("pass") && result.outputs["f1"] == .string("0.84"))
        #expect(result.outputs["metrics"] == .string(#"{"f1":0.84,"auc":0.95}"#))
        let gate = try #require(trial.gates.first)
        #expect(gate.outcome == .pass && gate.number == 1 && gate.name == "gate" && gate.metrics.count == 2)
        #expect(result.summary.contains("| `f1 >= 0.8` | 0.84 | – | – | ✔ holds |"))
        #expect(try trial.run(GateAction(), ["metrics": "metrics.json", "conditions": "f1 > 0"]).failure == nil)
        #expect(trial.gates.map(\.number) == [1, 2])
    }

    @Test("a gate without conditions records what was measured, and asks for no baseline")
    func records() throws {
        let trial = try Self.trial()
        let result = try trial.run(GateAction(patience: 0), ["metrics": "metrics.json", "require-baseline": "true"])
        #expect(result.failure == nil && result.review == nil && result.annotations.isEmpty)
        #expect(result.outputs["outcome"] == .string("pass") && result.outputs["auc"] == .string("0.95"))
        let gate = try #require(trial.gates.first)
        #expect(gate.isRecord && gate.metrics.count == 2 && gate.baseline == nil)
        #expect(result.summary.hasPrefix("### Gate gate: recorded\n"))
        #expect(result.summary.contains("| `f1` | 0.84 |\n| `auc` | 0.95 |"))
        #expect(trial.log.contains("f1: 0.84"))
    }

    @Test(
        "what can't be recorded fails, and says where",
        arguments: [
            ("", "metrics.json: it is empty"), ("{\"f1\": NaN}", "metrics.json:1:8"), ("{}", "metrics.json:1"),
            (nil, "metrics.json"),
        ] as [(String?, String)])
    func recordsNothing(text: String?, place: String) throws {
        let trial = try Self.trial(text.map { ["metrics.json": $0] } ?? ["other.txt": ""])
        let result = try trial.run(GateAction(), ["metrics": "metrics.json"])
        #expect(result.failure?.message.contains(place) == true, "\(result.failure?.message ?? "")")
        #expect(trial.gates.first?.outcome == .fail && trial.gates.first?.isRecord == false)
    }

    @Test("a gate that fails tells the same, and who may override it")
    func fail() throws {
        let trial = try Self.trial()
        let inputs = ["metrics": "metrics.json", "conditions": "f1 >= 0.9", "approvers": "ada, release\nbob", "name": "quality"]
        let result = try trial.run(GateAction(), inputs)
        #expect(result.failure?.message == "the gate \"quality\" failed: f1 is 0.84, expected >= 0.9")
        #expect(
            result.review
                == GateReview(
                    kind: .override, message: "f1 is 0.84, expected >= 0.9", approvers: ["ada", "release", "bob"]))
        #expect(result.annotations.map(\.file) == ["metrics.json"])
        #expect(result.outputs["outcome"] == .string("fail"))
        #expect(trial.gates.first?.metrics.count == 2)
        #expect(try trial.run(GateAction(), inputs.merging(["override": "false"]) { $1 }).review == nil)
    }

    @Test("a gate that is not sure waits for a person, as long as it says")
    func investigate() throws {
        let trial = try Self.trial()
        let result = try trial.run(
            GateAction(), ["metrics": "*.json", "investigate": "f1 >= 0.9", "answer-within-days": "2", "override": "false"])
        #expect(result.failure?.message == "the gate waits for a person: f1 is 0.84, expected >= 0.9")
        #expect(result.review?.kind == .investigation && result.review?.timeout == 2 * 86_400)
        #expect(trial.gates.first?.outcome == .investigate)
        #expect(result.annotations.map(\.level) == [.warning])
    }

    @Test("the daemon is asked for the baseline, and what it says is in the table")
    func baseline() throws {
        let trial = try Self.trial()
        trial.baseline = Self.deployed
        let result = try trial.run(
            GateAction(), ["metrics": "metrics.json", "conditions": "f1 >= baseline.f1 - 0.02", "environment": "production"])
        #expect(
            trial.baselineRequests == [
                BaselineRequest(number: 1, gate: "gate", source: .deployed(environment: "production"))
            ])
        #expect(result.failure == nil)
        #expect(result.summary.contains("| 0.84 | 0.85 | -0.01 | ✔ holds |"))
        #expect(trial.gates.first?.baseline?.run == 7)
        let worse = try trial.run(
            GateAction(), ["metrics": "metrics.json", "conditions": "f1 >= baseline.f1", "baseline": "run:7"])
        #expect(worse.failure?.message == "the gate failed: f1 is 0.84, 0.01 below the baseline, expected >= 0.85")
        #expect(trial.baselineRequests.last?.source == .run(7))
    }

    @Test("where there is no baseline yet, or no daemon, conditions on it are skipped and that is said, unless one is required")
    func noBaseline() throws {
        let trial = try Self.trial()
        let inputs = ["metrics": "metrics.json", "conditions": "f1 >= 0.8\nf1 >= baseline.f1"]
        let alone = try trial.run(GateAction(), inputs)
        #expect(alone.failure == nil && alone.annotations.map(\.level) == [.notice])
        #expect(trial.gates.first?.notes.first?.contains("There is no daemon here") == true)
        trial.baseline = BaselineAnswer(.notYet, note: "nothing of this repository is deployed yet")
        let first = try trial.run(GateAction(), inputs)
        #expect(first.failure == nil)
        #expect(first.summary.contains("There is no baseline: nothing of this repository is deployed yet"))
        #expect(first.summary.contains("– skipped"))
        let required = try trial.run(GateAction(), inputs.merging(["require-baseline": "true"]) { $1 })
        #expect(required.failure != nil)
    }

    @Test("a baseline that should be there fails what is compared with it, and nothing else")
    func missedBaseline() throws {
        let trial = try Self.trial()
        trial.baseline = BaselineAnswer(.unexpected, note: "there is no run 9 of this repository")
        let compared = ["metrics": "metrics.json", "conditions": "f1 >= 0.8\nf1 >= baseline.f1", "baseline": "run:9"]
        let result = try trial.run(GateAction(), compared)
        #expect(result.failure?.message == "the gate failed: There is no baseline: there is no run 9 of this repository")
        #expect(trial.gates.first?.checks.map(\.verdict) == [.passed, .broken])
        #expect(try trial.run(GateAction(), compared.merging(["conditions": "f1 >= 0.8"]) { $1 }).failure == nil)
    }

    @Test("a baseline may be a file")
    func baselineFile() throws {
        let trial = try Self.trial(["m.json": #"{"f1": 0.8}"#, "old/m.json": #"{"f1": 0.9}"#])
        let result = try trial.run(
            GateAction(), ["metrics": "m.json", "conditions": "f1 >= baseline.f1", "baseline": "file:old/m.json"])
        #expect(result.failure?.message.contains("0.1 below the baseline") == true)
    }

    @Test("a baseline's file that can't be read fails what is compared with it, and the gate is kept")
    func badBaselineFile() throws {
        let trial = try Self.trial(["m.json": #"{"f1": 0.8}"#, "old.json": "{\n \"f1\": }"])
        let compared = ["metrics": "m.json", "conditions": "f1 >= 0.5\nf1 >= baseline.f1", "baseline": "file:old.json"]
        let result = try trial.run(GateAction(), compared)
        let note = "The baseline can't be read: old.json:2:8: this is not JSON: found \"}\", expected a value"
        #expect(result.failure?.message == "the gate failed: \(note)")
        #expect(result.review?.kind == .override)
        let gate = try #require(trial.gates.first)
        #expect(gate.metrics == [Metric("f1", 0.8)] && gate.notes == [note])
        #expect(gate.checks.map(\.verdict) == [.passed, .broken])
        #expect(result.annotations.first?.file == "old.json" && result.annotations.first?.line == 2)
        var unused = try trial.run(GateAction(), compared.merging(["conditions": "f1 >= 0.5"]) { $1 })
        #expect(unused.failure == nil && unused.annotations.map(\.level) == [.notice])
        unused = try trial.run(GateAction(), compared.merging(["baseline": "file:gone.json"]) { $1 })
        #expect(unused.failure?.message == "the gate failed: The baseline can't be read: gone.json: there is no such file")
    }

    @Test("a daemon that does not tell the baseline in time, or not in words, fails what is compared with it")
    func noAnswer() throws {
        let trial = try Self.trial()
        trial.baseline = Self.deployed
        let inputs = ["metrics": "metrics.json", "conditions": "f1 >= 0.8\nf1 >= baseline.f1 - 1"]
        trial.written = { _ in nil }
        var result = try trial.run(GateAction(patience: 0), inputs)
        #expect(result.failure?.message.contains("There is no baseline: the daemon did not tell it within 0 seconds") == true)
        #expect(trial.gates.last?.checks.map(\.verdict) == [.passed, .broken] && trial.gates.last?.metrics.count == 2)
        trial.written = { _ in Data("{".utf8) }
        result = try trial.run(GateAction(), inputs)
        #expect(result.failure?.message.contains("There is no baseline: what the daemon told of it can't be read") == true)
        #expect(result.review?.kind == .override)
    }

    @Test("a file that is missing or bad fails the gate with its place, and what was read is kept")
    func badFiles() throws {
        let trial = try Self.trial(["a.json": #"{"f1": 0.8}"#, "b.json": "{\n \"auc\": NaN}"])
        let result = try trial.run(GateAction(), ["metrics": "a.json\nb.json\nc.json", "conditions": "f1 >= 0"])
        #expect(result.annotations.map(\.file) == ["b.json", "c.json"])
        #expect(result.annotations.first?.line == 2 && result.annotations.first?.column == 9)
        #expect(result.failure?.message.contains("b.json:2:9: auc: expected a number, found NaN") == true)
        #expect(trial.gates.first?.metrics == [Metric("f1", 0.8)])
        #expect(trial.gates.first?.outcome == .fail)
        let looked = ["metrics": "c.json", "conditions": "f1 >= 0\nauc > 0.5", "investigate": "f1 >= 0.9"]
        let summary = try trial.run(GateAction(), looked).summary
        let checks = try #require(trial.gates.last?.checks)
        #expect(checks.map(\.condition) == ["f1 >= 0", "auc > 0.5", "f1 >= 0.9"])
        #expect(checks.map(\.kind) == [.required, .required, .investigated])
        #expect(checks.allSatisfy { $0.verdict == .broken && $0.value == nil })
        #expect(summary.contains("| `auc > 0.5` | – | – | – | ✘ fails: the metrics can't be read |"))
    }

    @Test("what the job's logs hide is hidden in all that a gate tells")
    func secrets() throws {
        let trial = try Self.trial(["metrics.json": #"{"hunter2": 0.8, "recall": {"class hunter2": 0.5}}"#])
        trial.secret = "hunter2"
        trial.baseline = BaselineAnswer(
            baseline: GateBaseline(words: "run 7 of hunter2", run: 7), metrics: [Metric("hunter2", 0.9)])
        let conditions = "hunter2 >= baseline.hunter2\nrecall[\"class hunter2\"] >= 0.6\nabs(hunter2) >= 0.1"
        _ = try trial.run(GateAction(), ["metrics": "metrics.json", "conditions": conditions, "name": "of hunter2"])
        let gate = try #require(trial.gates.first)
        #expect(gate.name == "of ***" && trial.baselineRequests.map(\.gate) == ["of ***"])
        #expect(gate.checks.map(\.metric) == ["***", "recall", nil])
        #expect(gate.checks[1].slice == "class ***" && gate.checks.last?.subject == "abs(***)")
        #expect(try !String(decoding: JSONEncoder().encode(gate), as: UTF8.self).contains("hunter2"))
    }

    @Test("a gate that can't take a number of its own decides nothing")
    func noNumber() throws {
        let trial = try Self.trial()
        try FileManager.default.removeItem(atPath: "\(trial.root)/none")
        let failure = #expect(throws: ActionFailure.self) {
            try trial.run(GateAction(), ["metrics": "metrics.json", "conditions": "f1 > 0"])
        }
        #expect(failure?.message == "can't take a number for the gate: No such file or directory")
        #expect(trial.gates.isEmpty)
    }

    @Test(
        "an input that makes no sense fails the step before anything is measured",
        arguments: [
            (["conditions": "f1 > 0"], "the input \"metrics\" is required: files or patterns, one a line"),
            (
                ["metrics": "m.json", "conditions": " # none "],
                "the input \"conditions\" holds no condition: write one a line, or leave the input out to record the metrics alone"
            ),
            (
                ["metrics": "m.json", "investigate": ""],
                "the input \"investigate\" holds no condition: write one a line, or leave the input out to record the metrics alone"
            ),
            (
                ["metrics": "m.json", "conditions": "f1 = 1"],
                "the input \"conditions\" has a mistake: found \"=\", expected \"==\""
            ),
            (
                ["metrics": "m.json", "conditions": "f1 > 1", "baseline": "production"],
                "the input \"baseline\": found the baseline \"production\", expected deployed, branch:NAME, run:ID, file:PATH or none"
            ),
            (
                ["metrics": "m.json", "conditions": "f1 > 1", "format": "xml"],
                "the input \"format\" must be auto, json, csv or junit, found \"xml\""
            ),
        ])
    func inputs(_ inputs: [String: String], _ message: String) throws {
        let failure = #expect(throws: ActionFailure.self) { try Self.trial().run(GateAction(), inputs) }
        #expect(failure?.message == message)
    }
}
