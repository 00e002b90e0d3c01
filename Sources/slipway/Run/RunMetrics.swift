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

    @Option(help: "Only this metric, as \"recall\" or \"recall[\\\"fraud\\\"]\".")
    var metric: String?

    /// Which gate is shown, and which others could be.
    static func head(_ history: MetricHistoryRepresentation) -> String {
        let place = history.places.count > 1 ? history.place.map { ", place \($0) of \(history.places.count)" } ?? "" : ""
        let gate = "Gate \(history.gate ?? "") of the job \(history.job ?? "")\(place) on \(history.branch ?? "")"
        let others = [
            ("--gate", history.gates.filter { $0 != history.gate }), ("--job", history.jobs.filter { $0 != history.job }),
            ("--branch", history.branches.filter { $0 != history.branch }),
        ]
        let choices = others.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.prefix(mostNames).joined(separator: ", "))" }
        let head = "\(gate), the oldest run first"
        return (choices.isEmpty ? head : "\(head); there are also \(choices.joined(separator: "; "))").printable
    }

    /// More names would be longer than what they are the head of.
    private static let mostNames = 10

    func run() async throws {
        let body = try await connection.client().get(
            "/api/v1/repositories/\(URLText.repository(repository))/metrics",
            query: [
                ("gate", gate), ("job", job), ("place", place.map(String.init)), ("branch", branch), ("metric", metric),
            ])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let history = try DaemonClient.decode(MetricHistoryRepresentation.self, from: body)
        guard !history.points.isEmpty else { return Terminal.report("slipway: no gate of \(repository) measured anything yet") }
        Terminal.write(line: Self.head(history))
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
