internal import ArgumentParser
internal import Plan
internal import Web

/// `slipway compare`: two runs beside each other.
struct RunCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show two runs of a repository beside each other.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "The id of a run.")
    var left: String

    @Argument(help: "The id of another run of the same repository.")
    var right: String

    func run() async throws {
        let body = try await connection.client().get("/api/v1/compare", query: [("left", left), ("right", right)])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let comparison = try DaemonClient.decode(ComparisonRepresentation.self, from: body)
        var table = TextTable(["", comparison.left.runId, comparison.right.runId, "DIFFERENCE"])
        table.add(
            ["commit", String(comparison.left.commit.prefix(8)), String(comparison.right.commit.prefix(8)), ""].map { .init($0) })
        table.add(
            [
                "state", comparison.left.conclusion ?? comparison.left.status,
                comparison.right.conclusion ?? comparison.right.status, "",
            ]
            .map { .init($0) })
        for image in Set(comparison.left.images + comparison.right.images).sorted() {
            let sides = [comparison.left, comparison.right].map { $0.images.contains(image) ? "deployed" : "–" }
            table.add([image, sides[0], sides[1], ""].map { .init($0) })
        }
        for metric in comparison.metrics {
            let title = Self.title(metric, among: comparison.metrics)
            table.add([title, Self.text(metric.left), Self.text(metric.right), Self.text(metric.difference)].map { .init($0) })
        }
        for input in comparison.inputs {
            table.add(["input \(input.name)", input.left ?? "–", input.right ?? "–", ""].map { .init($0) })
        }
        for job in comparison.jobs {
            let difference = job.leftSeconds.flatMap { left in job.rightSeconds.map { $0 - left } }
            table.add(
                ["\(job.name), seconds", Self.text(job.leftSeconds), Self.text(job.rightSeconds), Self.text(difference)]
                    .map { .init($0) })
        }
        Terminal.write(table.text())
    }

    /// A metric, with its gate where several gates have one of its name.
    private static func title(
        _ metric: ComparisonRepresentation.Measured, among all: [ComparisonRepresentation.Measured]
    ) -> String {
        let title = Metric.title(metric.name, metric.slice)
        guard all.count(where: { $0.name == metric.name && $0.slice == metric.slice }) > 1 else { return title }
        let place = all.contains { $0.gate == metric.gate && $0.place > 1 } ? " \(metric.place)" : ""
        return "\(title), \(metric.gate)\(place)" + (metric.job.map { " of \($0)" } ?? "")
    }

    private static func text(_ value: Double?) -> String { value.map(NumberText.text) ?? "–" }
}
