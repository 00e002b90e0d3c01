import Execution
import Expressions
import Testing

@testable import Scheduling

@Suite("Executor labels")
struct ExecutorLabelsTests {
    private static let python = ExecutorTarget.container(.init(image: "python:3.12"))
    private static let ubuntu = ExecutorTarget.container(.init(image: "ubuntu:24.04", options: "--cpus 1"))

    private let labels = ExecutorLabels(
        targets: ["python": python, "ubuntu-*": ubuntu, "ubuntu-22.*": python, "gpu": .host, "windows-latest": python])

    private func match(_ runsOn: String, _ labels: ExecutorLabels? = nil) throws -> ExecutorLabels.Match {
        let context = EvaluationContext(contexts: ["matrix": ["os": "python", "both": ["self-hosted", "gpu"]]])
        return (labels ?? self.labels).match([try Template(parsing: runsOn)], in: context)
    }

    @Test(
        "a label that the settings name decides, whatever its case",
        arguments: [
            ("python", python), ("Python", python), ("${{ matrix.os }}", python), ("ubuntu-24.04", ubuntu),
            ("Ubuntu-22.04", python),
            ("gpu", .host), ("self-hosted", .host), ("something-else", .host), ("windows-latest", python),
            ("${{ matrix.both }}", .host),
        ])
    func named(runsOn: String, target: ExecutorTarget) throws {
        #expect(try match(runsOn) == .target(target))
    }

    @Test("without settings, this host takes what is not of another system")
    func unnamed() throws {
        let labels = ExecutorLabels(targets: [:])
        #expect(try match("ubuntu-latest", labels) == .target(.host))
        guard case .refused(let reason) = try match("macos-14", labels) else { return #expect(Bool(false), "it is no Linux") }
        #expect(reason.contains("macos-14"))
    }

    @Test("labels that stand for different executors are refused, those that say the same are not")
    func several() throws {
        func match(_ labels: [String]) throws -> ExecutorLabels.Match {
            let templates = labels.map { Template(literal: $0) }
            return self.labels.match(templates, in: EvaluationContext(contexts: ExpressionObject()))
        }
        #expect(try match(["self-hosted", "linux", "python"]) == .target(Self.python))
        #expect(try match(["python", "ubuntu-22.04"]) == .target(Self.python))
        guard case .refused(let reason) = try match(["python", "gpu"]) else { return #expect(Bool(false), "they differ") }
        #expect(reason.contains("python") && reason.contains("gpu"))
    }
}
