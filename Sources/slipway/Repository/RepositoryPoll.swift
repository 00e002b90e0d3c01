internal import ArgumentParser

/// `slipway poll`: looks at a repository's remote now.
struct RepositoryPoll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll", abstract: "Look for new commits of a repository now.",
        discussion: "Returns when the look is queued; \"slipway runs --repository\" shows what came of it.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The repository's name in the settings.")
    var repository: String

    func run() async throws {
        _ = try await connection.client().send("POST", "/api/v1/repositories/\(URLText.repository(repository))/poll")
        Terminal.write(line: "\(repository): the look at its remote is queued")
    }
}
