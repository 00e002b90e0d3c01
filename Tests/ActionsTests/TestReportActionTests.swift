import Actions
import Execution
import Expressions
import Foundation
import Plan
import Testing

extension ActionTrial {
    fileprivate var jobFolder: String { "\(root)/none" }
}

struct TestReportActionTests {
    private static let suite =
        "<testsuite><testcase name='a' time='0.5'/><testcase name='b'><failure message='no'/></testcase></testsuite>"

    private func gather(_ trial: ActionTrial, _ inputs: [String: String]) throws -> ActionResult {
        try FileManager.default.createDirectory(atPath: trial.jobFolder, withIntermediateDirectories: true)
        return try trial.run(TestReportAction(), inputs)
    }

    @Test("files of a report are found by patterns, read together, and kept in the job's folder by number")
    func files() throws {
        let trial = ActionTrial()
        try trial.write("workspace/out/deep/a.xml", Self.suite)
        try trial.write("workspace/out/b.xml", Self.suite)
        try trial.write("workspace/out/left.xml", "no report")
        let first = try gather(trial, ["files": "**/*.xml\n!left.xml", "base-directory": "out", "name": "unit"])
        let report = try #require(first.reports.first)
        #expect(report.tests == TestCounts(passed: 2, failed: 2, seconds: 1))
        #expect(report.name == "unit" && report.number == 1 && report.format == .junit)
        #expect(first.outputs["failed"] == .string("2") && first.outputs["total"] == .string("4"))
        #expect(FileManager.default.fileExists(atPath: "\(trial.jobFolder)/report-1.json"))
        #expect(try gather(trial, ["files": "out/b.xml"]).reports.first?.number == 2)
    }

    @Test("a file with a mistake is told with its place, the others count")
    func mistakes() throws {
        let trial = ActionTrial()
        try trial.write("workspace/a.xml", Self.suite)
        try trial.write("workspace/b.xml", "<testsuite>\n<testcase>\n</testsuite>")
        let result = try gather(trial, ["files": "*.xml"])
        #expect(result.reports.first?.tests?.total == 2)
        #expect(result.annotations.map(\.file) == ["b.xml"])
        #expect(result.annotations.map(\.line) == [3])
        #expect(result.annotations.map(\.level) == [.error])
    }

    @Test("paths of the workspace are shown from it on")
    func coverage() throws {
        let trial = ActionTrial()
        try trial.write("workspace/c.json", #"{"RSpec": {"coverage": {"/job/workspace/lib/a.rb": {"lines": [1, 0]}}}}"#)
        let result = try gather(trial, ["files": "c.json", "format": "SIMPLECOV"])
        #expect(result.reports.first?.coverage == CoverageCounts(linesCovered: 1, lines: 2))
        #expect(result.outputs["line-rate"] == .string("50"))
        #expect(try String(contentsOfFile: "\(trial.jobFolder)/report-1.json", encoding: .utf8).contains("\"lib/a.rb\""))
    }

    @Test("no files are a warning, an input that makes no sense is a failure")
    func inputs() throws {
        let trial = ActionTrial()
        #expect(try gather(trial, ["files": "*.xml"]).annotations.map(\.level) == [.warning])
        #expect(throws: ActionFailure.self) { try gather(trial, [:]) }
        #expect(throws: ActionFailure.self) { try gather(trial, ["files": "*", "format": "jonit"]) }
    }

    @Test("links that leave the job's folders are not followed")
    func links() throws {
        let trial = ActionTrial()
        try trial.write("workspace/a.xml", Self.suite)
        try FileManager.default.createSymbolicLink(
            atPath: "\(trial.folder)/workspace/link.xml", withDestinationPath: "/etc/passwd")
        let result = try gather(trial, ["files": "*.xml"])
        #expect(result.reports.first?.tests?.total == 2)
    }
}
