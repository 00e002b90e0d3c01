internal import ArgumentParser
internal import Expressions
internal import Web

/// `slipway action list`: which commits are used, and which tags have moved since.
struct ActionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the locked references, and those that have moved.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Option(help: ArgumentHelp("Only of this repository.", valueName: "owner/name"))
    var repository: String?

    @Flag(help: "Only what has moved.")
    var moved = false

    private struct List: Decodable {
        let actions: [LockedReferenceRepresentation]
    }

    func run() async throws {
        let body = try await connection.client().get("/api/v1/actions", query: [("repository", repository)])
        guard output.format == .text else { return try writeJSON(body) }
        let entries = try DaemonClient.decode(List.self, from: body).actions.filter { !moved || $0.moved }
        guard !entries.isEmpty else {
            let place = repository ?? "another repository"
            return Terminal.report(
                moved ? "slipway: nothing of \(place) has moved" : "slipway: no run has used an action of \(place)")
        }
        var table = TextTable(["REFERENCE", "KIND", "COMMIT", "SINCE", "ON ITS SERVER", "ASKED"])
        for entry in entries {
            table.add([
                TextTable.Cell("\(entry.repository)@\(entry.reference)", .bold), TextTable.Cell(entry.kind),
                TextTable.Cell(String(entry.commit.prefix(12))), TextTable.Cell(LocalTime.text(entry.resolvedAt)),
                Self.current(entry), TextTable.Cell(LocalTime.text(entry.checkedAt)),
            ])
        }
        Terminal.write(table.text())
    }

    /// As the daemon said it, but for what was not asked for.
    private func writeJSON(_ body: [UInt8]) throws {
        guard moved, case .object(var answer) = try ExpressionValue(json: String(decoding: body, as: UTF8.self)),
            case .array(let actions)? = answer["actions"]
        else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        answer["actions"] = .array(actions.filter { $0["moved"] == .boolean(true) })
        Terminal.write("\(ExpressionValue.object(answer).jsonText(pretty: false))\n")
    }

    private static func current(_ entry: LockedReferenceRepresentation) -> TextTable.Cell {
        guard entry.moved else { return TextTable.Cell("the same", .faint) }
        guard let current = entry.current else { return TextTable.Cell("gone", .yellow) }
        return TextTable.Cell("moved to \(current.prefix(12))", .yellow)
    }
}
