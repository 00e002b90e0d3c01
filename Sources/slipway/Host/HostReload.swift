internal import ArgumentParser

/// `slipway reload`: has the daemon read its settings again.
struct HostReload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the daemon read its settings again.",
        discussion: "Settings with mistakes are refused, and the old ones stay.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        _ = try await connection.client().send("POST", "/api/v1/reload")
        Terminal.write(line: "the settings were read again")
    }
}
