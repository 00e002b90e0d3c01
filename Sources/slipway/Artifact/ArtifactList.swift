internal import ArgumentParser
internal import Plan
internal import Web

/// `slipway artifact list`: the artifacts of a run.
struct ArtifactList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the artifacts of a run.",
        discussion: "Of equal names the newest is shown, with --all also those of earlier attempts.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var argument: RunArgument

    @Flag(help: "Also artifacts that newer ones of the same name took the place of, and those that are gone.")
    var all = false

    func run() async throws {
        let client = try connection.client()
        if output.format == .json {
            return Terminal.write(
                bytes: try await client.get("/api/v1/runs/\(argument.id)/artifacts") + [UInt8(ascii: "\n")])
        }
        let stored = try await client.artifacts(ofRun: argument.id)
        let shown = all ? stored : stored.newest.filter { $0.removedAt == nil }
        guard !shown.isEmpty else { return Terminal.report("slipway: run \(argument.id) has no artifacts") }
        var table = TextTable(["ID", "NAME", "SIZE", "ATTEMPT", "STORED", "KEPT UNTIL"])
        for artifact in shown {
            table.add([
                TextTable.Cell(artifact.id, .bold), TextTable.Cell(artifact.name),
                TextTable.Cell(ByteCountText.text(artifact.size)), TextTable.Cell(String(artifact.attempt)),
                TextTable.Cell(LocalTime.text(artifact.createdAt)),
                artifact.removedAt.map { TextTable.Cell("removed \(LocalTime.text($0))", .faint) }
                    ?? TextTable.Cell(LocalTime.text(artifact.expiresAt)),
            ])
        }
        Terminal.write(table.text())
    }
}
