internal import ArgumentParser
internal import Plan
internal import Web

/// `slipway metrics`: what a gate measured over time.
struct RunMetrics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show what a gate measured in the last runs of a branch.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "The repository, by its name in the settings.")
    var repository: String

    @Option(help: "The gate's name. [default: the first]")
    var gate: String?

    @Option(help: "The job, where several have a gate of the name. [default: the one that ran last on the branch]")
    var job: String?

    @Option(help: "Which gate of the name in the job, from 1.")
    var place: Int?

    @Option(help: "The branch. [default: the repository's default branch]")
    var branch: String?

    func run() async throws {
        let body = try await connection.client().get(
            "/api/v1/repositories/\(URLText.repository(repository))/metrics",
            query: [("gate", gate), ("job", job), ("place", place.map(String.init)), ("branch", branch)])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let history = try DaemonClient.decode(MetricHistoryRepresentation.self, from: body)
        guard !history.points.isEmpty else { return Terminal.report("slipway: no gate of \(repository) measured anything yet") }
        if history.jobs.count > 1 || history.places.count > 1 {
            let place = history.places.count > 1 ? history.place.map { ", place \($0) of \(history.places.count)" } ?? "" : ""
            Terminal.report(
                "slipway: of the job \(history.job ?? "")\(place); the gate stands in \(history.jobs.joined(separator: ", "))")
        }
        var table = TextTable(["RUN", "OUTCOME", "METRIC", "VALUE", "DEPLOYED"])
        for point in history.points {
            for metric in point.gate.metrics {
                table.add([
                    TextTable.Cell(point.runId, .bold), TextTable.Cell(point.gate.outcome),
                    TextTable.Cell(Metric.title(metric.name, metric.slice)), TextTable.Cell(NumberText.text(metric.value)),
                    TextTable.Cell(point.isDeployed ? "deployed" : ""),
                ])
            }
        }
        Terminal.write(table.text())
    }
}
