import Expressions
import Foundation
import Plan
import Testing

@testable import Execution

struct JournalTests {
    private static let date = Date(timeIntervalSince1970: 1_767_312_000.125)

    private static let records: [JournalRecord] = [
        .jobStarted(at: date, processID: 42, steps: ["Set up job", "Run make"]),
        .stepStarted(.init(number: 1, name: "Set up job", at: date, logFrom: 0)),
        .annotation(Annotation(level: .warning, message: "line 1\nline 2 \u{2028} ü", file: "a/b.swift", line: 3, step: 1)),
        .summary(step: 1),
        .stepFinished(
            .init(
                number: 1, name: "Set up job", outcome: .failure, conclusion: .success, exitCode: 1, reason: "exit code 1",
                at: date, logTo: 99)),
        .stepFinished(
            .init(number: 2, name: "Run make", outcome: .skipped, conclusion: .skipped, at: date, skipCause: .failure)),
        .jobFinished(
            .init(
                conclusion: .timedOut, reason: "why", outputs: ["a": "1", "b": "2"], continuesOnError: true, at: date, logSize: 99
            )),
    ]

    @Test("what was written is read, in its order, from any record on")
    func roundTrip() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/journal"
        let writer = try JournalWriter(path: path)
        var offsets: [Int64] = []
        for record in Self.records {
            offsets.append(try JournalReader(path: path).records(from: 0).to)
            try writer.append(record)
            try writer.flush()
        }
        for (index, offset) in offsets.enumerated() {
            let batch = try JournalReader(path: path).records(from: offset)
            #expect(batch.records == Array(Self.records[index...]))
            #expect(batch.from == offset)
        }
        let end = try JournalReader(path: path).records(from: 0).to
        #expect(try JournalReader(path: path).records(from: end).records == [])
        #expect(try folder.text(of: "journal").utf8.count == end)
    }

    @Test("an unfinished last line is left until it is finished")
    func unfinishedLine() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/journal"
        try JournalWriter(path: path).append(.summary(step: 7))
        let whole = try folder.text(of: "journal")
        for length in 0..<whole.utf8.count {
            try folder.write(whole + String(decoding: whole.utf8.prefix(length), as: UTF8.self), to: "journal")
            let batch = try JournalReader(path: path).records(from: 0)
            #expect(batch.records == [.summary(step: 7)])
            #expect(batch.to == Int64(whole.utf8.count))
        }
        try folder.write(whole + whole, to: "journal")
        #expect(try JournalReader(path: path).records(from: Int64(whole.utf8.count)).records == [.summary(step: 7)])
    }

    @Test("a journal that is not there yet has no records")
    func missing() throws {
        let batch = try JournalReader(path: "/nonexistent/journal").records(from: 0)
        #expect(batch.records.isEmpty && batch.to == 0)
    }

    @Test("a line that is no record is an error that names the file")
    func damaged() throws {
        let folder = try TestFolder()
        try folder.write("{\"nonsense\":true}\n", to: "journal")
        let error = #expect(throws: ExecutionError.self) { try JournalReader(path: "\(folder.path)/journal").records(from: 0) }
        #expect(error?.message.contains("\(folder.path)/journal") == true)
    }

    @Test("writers that follow each other add to one journal")
    func appending() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/journal"
        for step in 1...3 { try JournalWriter(path: path).append(.summary(step: step)) }
        #expect(try JournalReader(path: path).records(from: 0).records == (1...3).map { .summary(step: $0) })
    }
}
