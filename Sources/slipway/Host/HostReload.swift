internal import ArgumentParser
internal import Web

/// `slipway reload`: has the daemon read its settings again.
struct HostReload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the daemon read its settings again.",
        discussion: "Settings with mistakes are refused, and the old ones stay.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let body = try await connection.client().send("POST", "/api/v1/reload")
        let outcome = try DaemonClient.decode(ReloadRepresentation.self, from: body)
        for diagnostic in outcome.diagnostics {
            Terminal.report(
                "\(diagnostic.file.printable):\(diagnostic.line):\(diagnostic.column): \(diagnostic.severity): "
                    + diagnostic.message.printable)
        }
        Terminal.write(line: "the settings were read again")
        guard !outcome.restartRequired.isEmpty else { return }
        Terminal.write(
            line: "in force only after a restart: \(outcome.restartRequired.joined(separator: ", ").printable)")
    }
}
