import Execution
import Foundation
import Plan
import Testing

/// What a job left behind: its journal and its log.
struct JobReport {
    struct Step {
        var name: String
        var outcome: Conclusion
        var conclusion: Conclusion
        var exitCode: Int32?
        var reason: String?
        /// Its lines without their times.
        var log: [String]
    }

    let finish: JournalRecord.JobFinish
    /// Without the set-up step.
    let steps: [Step]
    let setUp: Step
    let annotations: [Annotation]
    let log: String
    let summary: String

    init(_ folder: JobFolder) throws {
        let records = try JournalReader(path: folder.journal).records(from: 0).records
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.log)))
        var starts: [Int: Int64] = [:]
        var steps: [Step] = []
        var annotations: [Annotation] = []
        var last: JournalRecord.JobFinish?
        for record in records {
            try #require(last == nil, "the end of the job is the journal's last record")
            switch record {
            case .stepStarted(let start): starts[start.number] = start.logFrom
            case .stepFinished(let end):
                let from = try #require(starts[end.number])
                steps.append(
                    Step(
                        name: end.name, outcome: end.outcome, conclusion: end.conclusion, exitCode: end.exitCode,
                        reason: end.reason, log: Self.lines(bytes[Int(from)..<Int(end.logTo)])))
            case .annotation(let annotation): annotations.append(annotation)
            case .jobFinished(let finish): last = finish
            case .jobStarted, .summary: break
            }
        }
        finish = try #require(last)
        setUp = try #require(steps.first)
        self.steps = Array(steps.dropFirst())
        self.annotations = annotations
        log = String(decoding: bytes, as: UTF8.self)
        summary = (try? String(contentsOfFile: folder.summary, encoding: .utf8)) ?? ""
    }

    /// The conclusions of the steps, in their order.
    var conclusions: [Conclusion] { steps.map(\.conclusion) }

    /// What a step wrote after the head that Slipway puts before it.
    func output(_ index: Int) -> [String] {
        let log = steps[index].log
        guard let head = log.firstIndex(of: "##[endgroup]") else { return log }
        return Array(log[(head + 1)...])
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            String(line.drop { $0 != " " }.dropFirst())
        }
    }
}
