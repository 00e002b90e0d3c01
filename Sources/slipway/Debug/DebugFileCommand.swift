internal import ArgumentParser
internal import Expressions
internal import LogText

/// `slipway debug filecommand`: what a step hands over in its environment, output, state or path file.
struct DebugFileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filecommand", abstract: "Read a file that a step writes for its runner.",
        discussion: "For the kind path the answer has \"paths\", else \"pairs\".")

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case env
        case output
        case state
        case path
    }

    @Option(help: "Which file: env (GITHUB_ENV), output, state or path.")
    var kind: Kind

    @Argument(help: "The file.", completion: .file())
    var file: String

    func run() throws {
        let content = try InputFile.bytes(file)
        do {
            Terminal.write(line: try answer(content).jsonText())
        } catch {
            let answer: ExpressionValue = ["error": .string(error.description)]
            Terminal.write(line: answer.jsonText())
            throw CommandFailure.answeredNo
        }
    }

    private func answer(_ content: [UInt8]) throws(LogTextError) -> ExpressionValue {
        guard kind != .path else {
            return ["paths": .array(FileCommand.paths(in: content).map(ExpressionValue.string))]
        }
        let pairs = try FileCommand.pairs(in: content).map { ($0.name, ExpressionValue.string($0.value)) }
        return ["pairs": .object(ExpressionObject(pairs, keyMatching: .exact))]
    }
}
