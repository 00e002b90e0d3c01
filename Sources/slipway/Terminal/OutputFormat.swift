internal import ArgumentParser

/// How a command prints its answer.
enum OutputFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// For people.
    case text
    /// One JSON document on standard output.
    case json
}

/// `--format`.
struct FormatOption: ParsableArguments {
    @Option(help: "How the answer is printed: text for people, json for programs.")
    var format: OutputFormat = .text
}
