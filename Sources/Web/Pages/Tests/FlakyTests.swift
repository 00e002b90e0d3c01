internal import Plan
internal import Store

/// Tests that say something else of the same code.
///
/// A test is flaky where it failed and passed on one commit, in attempts or runs of the same job; or where on one branch it changed
/// between failing and not failing at least `leastFlips` times among the last reports, which code that is mended and broken again
/// does less often. A report whose list of failures was cut says nothing of the tests that are not in it.
struct FlakyTests: Sendable {
    static let leastFlips = 4

    struct Test: Hashable, Sendable {
        var series: TestReport.Series
        var suite: String
        var name: String
    }

    struct Finding: Sendable {
        var test: Test
        /// Commits on which it both failed and did not.
        var commits: [String]
        /// Of the branch on which it changed most often.
        var flips: Int
        var branch: String?
        /// How often it failed, of how many reports.
        var failures: Int
        var reports: Int
        /// Newest first: one that has it as failed, and one of the same commit, or at least of the same branch, that does not.
        var failed: TestReport
        var other: TestReport
        /// The last results, oldest first.
        var outcomes: [Bool]
    }

    /// Those on one commit first, then by how often they change.
    private(set) var findings: [Finding] = []

    /// - Parameter reports: newest first.
    init(_ reports: [TestReport]) {
        let whole = Dictionary(grouping: reports.filter { $0.stored.report.tests?.total ?? 0 > 0 }, by: \.series)
        for (series, reports) in whole {
            var failing: [Test: Set<Int64>] = [:]
            for report in reports {
                for failure in report.stored.report.failures {
                    failing[Test(series: series, suite: failure.suite, name: failure.name), default: []].insert(report.stored.id)
                }
            }
            for (test, ids) in failing {
                let told = reports.filter { ids.contains($0.stored.id) || $0.namesEveryFailure }
                if let finding = Self.finding(test, told: told, failing: ids) { findings.append(finding) }
            }
        }
        findings.sort {
            ($1.commits.count, $1.flips, $0.test.suite, $0.test.name) < ($0.commits.count, $0.flips, $1.test.suite, $1.test.name)
        }
    }

    private static func finding(_ test: Test, told: [TestReport], failing: Set<Int64>) -> Finding? {
        var commits: [String] = []
        var pair: (failed: TestReport, other: TestReport)?
        for (commit, reports) in Dictionary(grouping: told, by: \.commit) {
            guard let failed = reports.first(where: { failing.contains($0.stored.id) }),
                let other = reports.first(where: { !failing.contains($0.stored.id) })
            else { continue }
            commits.append(commit)
            if pair.map({ $0.failed.stored.id < failed.stored.id }) ?? true { pair = (failed, other) }
        }
        var (flips, branch): (Int, String?) = (0, nil)
        for (name, reports) in Dictionary(grouping: told.filter { $0.branch != nil }, by: \.branch) {
            let count = zip(reports, reports.dropFirst()).count {
                failing.contains($0.stored.id) != failing.contains($1.stored.id)
            }
            guard count > flips else { continue }
            (flips, branch) = (count, name)
            if commits.isEmpty, let failed = reports.first(where: { failing.contains($0.stored.id) }),
                let other = reports.first(where: { !failing.contains($0.stored.id) })
            {
                pair = (failed, other)
            }
        }
        guard let pair, !commits.isEmpty || flips >= leastFlips else { return nil }
        return Finding(
            test: test, commits: commits.sorted(), flips: flips, branch: branch, failures: failing.count, reports: told.count,
            failed: pair.failed, other: pair.other, outcomes: told.prefix(20).map { !failing.contains($0.stored.id) }.reversed())
    }
}
