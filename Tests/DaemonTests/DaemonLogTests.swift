import Foundation
import Logging
import Settings
import Testing

@testable import Daemon

struct DaemonLogTests {
    static func log(_ reader: DaemonLog.Reader, json: Bool = false) -> DaemonLog {
        DaemonLog(
            logLevel: .info, format: json ? .json : .text, reader: reader,
            now: { Date(timeIntervalSince1970: 1_767_312_060.25) })
    }

    @Test("lines for people begin with their time")
    func times() {
        #expect(
            Self.log(.file).text(.warning, "the disk is full", [("run", "7")])
                == "2026-01-02T00:01:00.250Z warning: the disk is full run=7\n")
    }

    @Test("the journal gets each line with its level, and no time, which it knows")
    func journal() {
        #expect(Self.log(.journal).text(.error, "two\nlines") == "<3>error: two\n<3>lines\n")
        #expect(Self.log(.journal).text(.notice, "one") == "<5>notice: one\n")
    }

    @Test("as JSON, a message is one line whatever it holds")
    func json() {
        let text = Self.log(.journal, json: true).text(.info, "two\nlines \"and\" quotes", [("run", "7")])
        #expect(
            text
                == #"{"time":"2026-01-02T00:01:00.250Z","level":"info","message":"two\nlines \"and\" quotes","run":"7"}"# + "\n")
    }

    @Test("the journal is known by the stream that systemd names, not by the variable alone")
    func reader() {
        #expect(DaemonLog.Reader(environment: [:]) == .file)
        #expect(DaemonLog.Reader(environment: ["JOURNAL_STREAM": "1:1"]) == .file)
        var status = stat()
        fstat(STDERR_FILENO, &status)
        #expect(DaemonLog.Reader(environment: ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]) == .journal)
    }
}
