internal import ArgumentParser
internal import Web

/// `slipway secret set`: stores a secret, or replaces its value.
struct SecretSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Store a secret; its value comes from a file or standard input.",
        discussion: "The value is never an argument, because arguments are in the list of processes. "
            + "Of standard input one line end at the end is left out; a file is taken as it is.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var scope: SecretScopeOptions

    @Option(help: "The file with the value. [default: standard input]", completion: .file())
    var file: String?

    @Argument(help: "The name, as pipelines use it in secrets.NAME.")
    var name: String

    private struct Wish: Encodable {
        let value: String
    }

    func run() async throws {
        let client = try connection.client()
        let value = try secretValue()
        guard !value.isEmpty else { throw CommandFailure(.usage, "the value is empty; a secret needs one") }
        _ = try await client.send("PUT", SecretCommand.path(name, of: scope), body: Wish(value: value))
        Terminal.write(line: "secret \(name) is set for \(scope.text)")
        if let repository = scope.repository, let environment = scope.environment {
            try await Self.remark(environment, of: repository, client)
        }
    }

    /// A secret may be there before its environment is; a typo looks just the same.
    private static func remark(_ environment: String, of repository: String, _ client: DaemonClient) async throws {
        let body = try await client.get("/api/v1/environments", query: [("repository", repository)])
        let known = try DaemonClient.decode(EnvironmentListRepresentation.self, from: body).environments.map(\.name)
        guard !known.contains(where: { $0.lowercased() == environment.lowercased() }) else { return }
        let others = known.isEmpty ? "it has none so far" : "it has \(known.joined(separator: ", "))"
        Terminal.report(
            "slipway: \(repository) has no environment \"\(environment)\" yet: the settings name none, and nothing was deployed to one; "
                + others)
    }

    private func secretValue() throws(CommandFailure) -> String {
        if let file { return try Self.text(try InputFile.bytes(file), of: file) }
        var bytes = try SecretPrompt.isNeeded ? SecretPrompt.line(asking: "Value of \(name): ") : InputFile.standardInput()
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return try Self.text(bytes, of: "standard input")
    }

    private static func text(_ bytes: [UInt8], of source: String) throws(CommandFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "\(source) is not UTF-8 text; encode it, for example with base64")
        }
        return text
    }
}
