internal import ArgumentParser

/// `slipway secret`: the secrets that pipelines may use.
struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Set, list and remove the secrets of pipelines.",
        subcommands: [SecretSet.self, SecretList.self, SecretRemove.self])

    /// Where a secret is in the API.
    static func path(_ name: String, repository: String?) -> String {
        URLText.path("/api/v1/secrets/\(URLText.encoded(name))", query: [("repository", repository)])
    }
}

/// `--repository` of a secret.
struct SecretScope: ParsableArguments {
    @Option(help: "The repository that the secret is for. [default: every repository]")
    var repository: String?

    /// For messages.
    var text: String { repository ?? "every repository" }
}
