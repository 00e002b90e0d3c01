internal import Plan
internal import Store

extension RunPage {
    /// Reports whose trend is drawn on the run's page; those of the others are on their own.
    private static let mostCharts = 10
    private static let runsInChart = 20

    func reportValues(_ content: Content) -> PageValues {
        [
            "hasReports": !content.reports.isEmpty,
            "reports": content.reports.map { entry -> PageValues in
                let report = entry.stored.report
                let more = (report.tests?.bad ?? 0) - report.failures.count
                return [
                    "id": entry.stored.id, "name": report.name, "kind": ReportText.kind(report), "mood": ReportText.mood(report),
                    "numbers": ReportText.numbers(report), "job": entry.job.name, "jobID": entry.job.id,
                    "seconds": Filled(report.tests.map { ReportText.seconds($0.seconds) }),
                    "chart": entry.chart, "hasChart": !entry.chart.isEmpty, "hasFailures": !report.failures.isEmpty,
                    "failures": report.failures.map { test -> PageValues in
                        ["suite": Filled(test.suite), "name": test.name, "message": Filled(test.message)]
                    },
                    "more": Filled(more > 0 && !report.failures.isEmpty ? "\(more) more" : nil),
                ]
            },
        ]
    }

    /// A report, with the job that is shown for it and its trend.
    struct ReportEntry: Sendable {
        let stored: StoredReport
        let job: Job
        let chart: String
    }

    /// The reports of the jobs that are shown, those with failed tests first.
    func reports(of jobs: [Job]) async throws -> [ReportEntry] {
        let started = jobs.filter { $0.startedAt != nil || $0.reusedFrom != nil }
        guard !started.isEmpty else { return [] }
        let found = try await site.store.reports(ofJobs: started.map { $0.reusedFrom ?? $0.id })
        let all = started.flatMap { job in (found[job.reusedFrom ?? job.id] ?? []).map { (stored: $0, job: job) } }
        let ordered =
            all.filter { ($0.stored.report.tests?.bad ?? 0) > 0 } + all.filter { ($0.stored.report.tests?.bad ?? 0) == 0 }
        var entries: [ReportEntry] = []
        for (stored, job) in ordered {
            var chart = ""
            if entries.count < Self.mostCharts {
                let trend = try await site.store.trend(ofReport: stored.id, limit: Self.runsInChart)
                chart = TrendChart(trend, shown: stored.id).svg
            }
            entries.append(ReportEntry(stored: stored, job: job, chart: chart))
        }
        return entries
    }
}
