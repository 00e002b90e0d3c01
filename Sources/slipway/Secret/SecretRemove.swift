internal import ArgumentParser

/// `slipway secret remove`: forgets a secret.
struct SecretRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a secret.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var scope: SecretScopeOptions

    @Argument(help: "The secret's name.")
    var name: String

    func run() async throws {
        _ = try await connection.client().send("DELETE", SecretCommand.path(name, of: scope))
        Terminal.write(line: "secret \(name) of \(scope.text) is removed")
    }
}
