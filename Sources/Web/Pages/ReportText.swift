internal import FoundationEssentials
internal import Plan
internal import Reports

/// A report's numbers, in words.
enum ReportText {
    /// `12 passed, 1 failed, 2 skipped`, `87.5 % of 1240 lines`
    static func numbers(_ report: Report) -> String {
        if let tests = report.tests { return numbers(tests) }
        guard let coverage = report.coverage else { return "" }
        guard let rate = coverage.lineRate else { return "no line of code" }
        let branches = coverage.branchRate.map { ", \(PercentText.text($0)) % of \(coverage.branches) branches" } ?? ""
        return "\(PercentText.text(rate)) % of \(coverage.lines) lines\(branches)"
    }

    static func numbers(_ tests: TestCounts) -> String {
        let parts = [
            (tests.failed, "failed"), (tests.errors, "broken"), (tests.passed, "passed"), (tests.skipped, "skipped"),
            (tests.unknown, "unknown"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "no tests" : parts.joined(separator: ", ")
    }

    /// `340 ms`, `2.4 s`, `3 min 12 s`
    static func seconds(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return "" }
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 60 {
            let tenths = Int((seconds * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(min(seconds, 1e9).rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    static func kind(_ report: Report) -> String { report.format.isCoverage ? "Coverage" : "Tests" }

    static func mood(_ report: Report) -> String {
        guard let tests = report.tests else { return "none" }
        return tests.bad > 0 ? "failure" : tests.total == 0 ? "none" : "success"
    }
}
