internal import ArgumentParser
internal import PercentCoding

/// `slipway secret`: the secrets that pipelines may use.
struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Set, list and remove the secrets of pipelines.",
        subcommands: [SecretSet.self, SecretList.self, SecretRemove.self])

    /// Where a secret is in the API.
    static func path(_ name: String, of scope: SecretScopeOptions) -> String {
        URLText.path(
            "/api/v1/secrets/\(PercentEncoding.encoded(name))",
            query: [("repository", scope.repository), ("environment", scope.environment)])
    }
}

/// `--repository` and `--environment` of a secret.
struct SecretScopeOptions: ParsableArguments {
    @Option(help: "The repository that the secret is for. [default: every repository]")
    var repository: String?

    @Option(help: "The environment of the repository that it is for; it goes before the repository's of the same name.")
    var environment: String?

    func validate() throws {
        if environment != nil, repository == nil { throw ValidationError("--environment needs the --repository that has it") }
    }

    /// For messages.
    var text: String {
        let place = repository ?? "every repository"
        return environment.map { "the environment \($0) of \(place)" } ?? place
    }
}
