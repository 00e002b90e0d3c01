internal import ArgumentParser
internal import Expressions

/// `slipway eval`: what an expression yields.
struct ExpressionEval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate an expression.",
        discussion: "Example: slipway eval --context github.json -- \"startsWith(github.ref, 'refs/tags/')\"")

    @Option(help: "A JSON object with the contexts that the expression may use, by name.")
    var context: String?

    @OptionGroup var output: FormatOption

    @Argument(help: "The expression, without ${{ }} around it.")
    var expression: String

    func run() throws {
        let answer = ExpressionAnswer(evaluating: expression, contexts: try contexts())
        switch output.format {
        case .json: Terminal.write(line: answer.json)
        case .text where answer.isFailure: throw CommandFailure(.rejected, "\(answer.text), in: \(expression.printable)")
        case .text: Terminal.write(line: answer.text)
        }
        if answer.isFailure { throw CommandFailure.answeredNo }
    }

    private func contexts() throws(CommandFailure) -> ExpressionObject {
        guard let context else { return ExpressionObject() }
        let text = try InputFile.text(context)
        do {
            return try ExpressionObject(json: text)
        } catch {
            throw CommandFailure(.usage, "\(context) does not hold contexts: \(error.description)")
        }
    }
}
