internal import ArgumentParser
internal import Web

/// `slipway secret list`: which secrets there are; values are never shown.
struct SecretList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the secrets, without their values.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    private struct List: Decodable {
        let secrets: [SecretRepresentation]
    }

    func run() async throws {
        let body = try await connection.client().get("/api/v1/secrets")
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let secrets = try DaemonClient.decode(List.self, from: body).secrets
        guard !secrets.isEmpty else { return Terminal.report("slipway: there is no secret") }
        var table = TextTable(["NAME", "REPOSITORY", "ENVIRONMENT", "SET"])
        for secret in secrets {
            table.add([
                TextTable.Cell(secret.name, .bold), TextTable.Cell(secret.repository ?? "(every)"),
                TextTable.Cell(secret.environment ?? ""),
                TextTable.Cell(LocalTime.text(secret.updatedAt)),
            ])
        }
        Terminal.write(table.text())
    }
}
