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
        var skipCause: SkipCause?
        /// Its lines without their times.
        var log: [String]
    }

    let finish: JournalRecord.JobFinish
    /// The names of the steps as they were told beforehand, the set-up step first.
    private(set) var announced: [String] = []
    /// Without the set-up step.
    let steps: [Step]
    let setUp: Step
    let annotations: [Annotation]
    let log: String
    let summary: String

    init(_ folder: JobFolder) throws {
        let records = try JournalReader(path: folder.journal).records(from: 0).records
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.log)))
        var parts: [Int: Range<Int64>] = [:]
        var ends: [JournalRecord.StepFinish] = []
        var annotations: [Annotation] = []
        var last: JournalRecord.JobFinish?
        for record in records {
            try #require(last == nil, "the end of the job is the journal's last record")
            switch record {
            case .stepStarted(let start): if let from = start.logFrom { parts[start.number] = from..<from }
            case .stepFinished(let end):
                ends.append(end)
                if let to = end.logTo { parts[end.number] = try #require(parts[end.number]).lowerBound..<to }
            case .stepLog(let part): parts[part.number] = part.from..<(part.to ?? part.from)
            case .annotation(let annotation): annotations.append(annotation)
            case .jobFinished(let finish): last = finish
            case .jobStarted(_, _, let names): announced = names
            case .stepsPlanned(let from, let names): announced = announced.prefix(from - 1) + names
            case .summary, .storage, .deployment, .diagnosis, .report, .gate, .baselineAsked, .credentialsAsked, .paused,
                .resumed, .shell:
                break
            }
        }
        // Of steps beside each other, the later one may end first.
        let steps = try ends.sorted { $0.number < $1.number }.map { end in
            let part = try #require(parts[end.number], "step \(end.number) has no part of the log")
            return Step(
                name: end.name, outcome: end.outcome, conclusion: end.conclusion, exitCode: end.exitCode, reason: end.reason,
                skipCause: end.skipCause, log: Self.lines(bytes[Int(part.lowerBound)..<Int(part.upperBound)]))
        }
        try #require(ends.map(\.number).sorted() == Array(1...ends.count), "every step ends once")
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
