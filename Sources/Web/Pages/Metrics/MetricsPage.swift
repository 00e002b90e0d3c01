internal import Hummingbird
internal import Plan
internal import Store

/// `/repositories/{name}/metrics`: what a gate measured over time, a picture and a table for each metric.
struct MetricsPage: Sendable {
    /// Metrics that are drawn; the API has the others.
    private static let mostCharts = 60

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let repository = try await site.repository(request.parameter("name"))
        let history = try await site.store.gateHistory(
            of: repository.name, try GateHistory.Choice(request.query), preferring: repository.defaultBranch)
        if let absence = history.absence(in: repository.name) { throw WebProblem(.notFound, absence) }
        let series = try Self.series(of: history, metric: request.query.filled("metric"))
        let body = site.renderer.html("metrics", Self.values(history, series, repository: repository.name))
        let view = site.renderer.view(
            title: "Metrics of \(repository.name)", mood: "", frame: PageFrame(section: .repositories),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    /// - Parameter metric: only these pictures: of the metric, of its slices, or of what a condition makes of several.
    private static func series(of history: GateHistory, metric: String?) throws(WebProblem) -> [MetricSeries] {
        let all = MetricSeries.all(of: history)
        guard let metric else { return all }
        let found = all.filter { $0.title == metric || $0.title.hasPrefix("\(metric)[") }
        guard found.isEmpty else { return found }
        throw GateHistory.absence(
            ofMetric: metric, gate: history.chosen.gate ?? "", branch: history.chosen.branch ?? "", known: all.map(\.title))
    }

    static func values(_ history: GateHistory, _ all: [MetricSeries], repository: String) -> PageValues {
        let newest = Array(history.points.suffix(2))
        return [
            "name": repository, "path": RepositoryPath.encoded(repository), "isEmpty": all.isEmpty,
            "gate": title(history), "branch": history.chosen.branch.map(GateHistory.seriesName) ?? "",
            "runs": history.points.count,
            "mismatch": Filled(history.mismatch(in: repository)),
            "gates": history.gates.map { ["name": $0, "isChosen": $0 == history.chosen.gate] as PageValues },
            "jobs": history.jobs.map { ["name": $0, "isChosen": $0 == history.chosen.job] as PageValues },
            "places": history.places.map { ["place": $0, "isChosen": $0 == history.chosen.place] as PageValues },
            "branches": history.branches.map { branch -> PageValues in
                ["value": branch, "name": GateHistory.seriesName(branch), "isChosen": branch == history.chosen.branch]
            },
            "hasJobs": history.jobs.count > 1, "hasPlaces": history.places.count > 1,
            "hasChoice": history.gates.count > 1 || history.branches.count > 1 || history.jobs.count > 1
                || history.places.count > 1,
            "compare": newest.count == 2 ? "/compare?left=\(newest[0].run.id)&right=\(newest[1].run.id)" : "",
            "canCompare": newest.count == 2,
            "metrics": all.prefix(mostCharts).enumerated().map { index, series -> PageValues in
                let chart = MetricChart(title: series.title, id: "metric-\(index)", points: series.points)
                return [
                    "title": series.title, "chart": chart.svg, "words": chart.words,
                    "newest": series.points.last.map { NumberText.text($0.value) } ?? "",
                    "points": series.points.reversed().map(line), "hasDoubt": series.points.contains { $0.doubt != nil },
                ]
            },
            "isCut": all.count > mostCharts, "more": all.count - mostCharts,
        ]
    }

    /// The gate, with what tells it from others of its name.
    private static func title(_ history: GateHistory) -> String {
        let place = history.places.count > 1 ? history.chosen.place.map { " \($0)" } ?? "" : ""
        let job = history.jobs.count > 1 ? history.chosen.job.map { " of the job \($0)" } ?? "" : ""
        return (history.chosen.gate ?? "") + place + job
    }

    private static func line(_ point: MetricChart.Point) -> PageValues {
        [
            "run": point.run, "value": NumberText.text(point.value),
            "threshold": point.threshold.map(NumberText.text) ?? "–", "doubt": point.doubt.map(NumberText.text) ?? "–",
            "isDeployed": point.isDeployed, "isMissed": point.isMissed,
        ]
    }
}
