internal import ArgumentParser
internal import Web

/// `slipway trigger`: starts a workflow by hand.
struct RunTrigger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Start a workflow that has \"on: workflow_dispatch\".",
        discussion: "Example: slipway trigger team/app --workflow deploy.yml --ref main --input stage=test --wait")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "The repository's name in the settings.")
    var repository: String

    @Option(help: "The workflow's name or file.")
    var workflow: String

    @Option(help: "The branch, tag or full ref. [default: the source branch of a pipeline of stages, else the default branch]")
    var ref: String?

    @Option(
        name: .customLong("input"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An input; again for each further one.", valueName: "name=value"))
    var inputs: [String] = []

    @Flag(help: "A job whose step fails stands still, so that \"slipway shell\" can be used in it.")
    var pauseOnFailure = false

    @Flag(help: "Wait until the run is completed; exit status 0 only if it succeeded.")
    var wait = false

    private struct Wish: Encodable {
        let workflow: String
        let ref: String?
        let inputs: [String: String]
        let pauseOnFailure: Bool

        private enum CodingKeys: String, CodingKey {
            case workflow, ref, inputs
            case pauseOnFailure = "pause_on_failure"
        }
    }

    func validate() throws {
        for input in inputs where input.firstIndex(of: "=") ?? input.startIndex == input.startIndex {
            throw ValidationError("--input is NAME=VALUE, not \"\(input)\"")
        }
    }

    func run() async throws {
        let client = try connection.client()
        let pairs = inputs.map { text in
            let name = text.prefix { $0 != "=" }
            return (String(name), String(text.dropFirst(name.count + 1)))
        }
        let wish = Wish(
            workflow: workflow, ref: ref, inputs: Dictionary(pairs, uniquingKeysWith: { $1 }), pauseOnFailure: pauseOnFailure)
        let body = try await client.send(
            "POST", "/api/v1/repositories/\(URLText.repository(repository))/dispatch", body: wish)
        try await StartedRun(body: body, client: client).report(isWaiting: wait, format: output.format)
    }
}
