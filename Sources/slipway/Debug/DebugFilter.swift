internal import ArgumentParser
internal import Expressions
internal import Workflows

/// `slipway debug filter`: which branches, tags or files a list of patterns takes.
struct DebugFilter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter", abstract: "Match branches, tags or files with filter patterns.",
        discussion: "Without an input: whether the patterns are valid. Example: "
            + "slipway debug filter --kind path --pattern 'src/**' -- src/app.py README.md")

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case ref
        case path

        var filterKind: FilterPattern.Kind {
            switch self {
            case .ref: .ref
            case .path: .path
            }
        }
    }

    @Option(help: "What the patterns are for: ref (branches and tags) or path (files).")
    var kind: Kind

    @Flag(help: "The patterns stand in a filter that ends in -ignore.")
    var ignore = false

    @Option(
        name: .customLong("pattern"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A pattern; again for each further one, in their order.", valueName: "pattern"))
    var patterns: [String] = []

    @Argument(help: ArgumentHelp("Branches, tags or files.", valueName: "input"))
    var inputs: [String] = []

    func validate() throws {
        guard !patterns.isEmpty else { throw ValidationError("give at least one --pattern") }
    }

    func run() throws {
        let answer = FilterAnswer(patterns: patterns, kind: kind.filterKind, isIgnore: ignore, inputs: inputs)
        Terminal.write(line: answer.value.jsonText())
        guard answer.problems.isEmpty else {
            let problems = answer.problems.joined(separator: "; ")
            throw CommandFailure(.rejected, inputs.isEmpty ? "" : "not valid: \(problems)")
        }
    }
}
