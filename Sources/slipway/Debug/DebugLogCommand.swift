internal import ArgumentParser
internal import Expressions
internal import LogText

/// `slipway debug logcommand`: the commands in the lines of standard input.
struct DebugLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logcommand", abstract: "Read the workflow commands in the lines of standard input.",
        discussion: "For each line a line of JSON: the command, or null where there is none.")

    func run() throws {
        for line in try InputFile.standardInputLines() {
            Terminal.write(line: Self.answer(WorkflowCommand.parse(line)).jsonText())
        }
    }

    private static func answer(_ command: WorkflowCommand?) -> ExpressionValue {
        guard let command else { return .null }
        let properties = command.orderedProperties.map { ($0.name, ExpressionValue.string($0.value)) }
        return [
            "command": .string(command.command),
            "properties": .object(ExpressionObject(properties, keyMatching: .exact)),
            "data": .string(command.data),
        ]
    }
}
