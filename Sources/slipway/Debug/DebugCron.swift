internal import ArgumentParser
internal import Expressions
internal import FoundationEssentials
internal import Workflows

/// `slipway debug cron`: the next times of a schedule.
struct DebugCron: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron", abstract: "Show the next times of a schedule.",
        discussion: "Example: slipway debug cron --timezone Europe/Berlin --count 3 -- '30 5 * * 1-5'")

    @Option(help: "The time to start from, ISO 8601; UTC where it has no offset. [default: now]")
    var from: String?

    @Option(help: "The time zone in which the schedule is meant, by its IANA name. [default: UTC]")
    var timezone: String?

    @Option(help: "How many times are shown.")
    var count: Int = 5

    @Flag(help: "The start itself counts if the schedule has it.")
    var inclusive = false

    @Argument(help: "Five fields: minute, hour, day of month, month, day of week.")
    var expression: String

    func validate() throws {
        guard (1...1000).contains(count) else { throw ValidationError("--count is a number from 1 to 1000") }
        if let from, LocalTime.date(from) == nil {
            throw ValidationError("--from is a time such as 2026-01-31T12:00:00Z, not \"\(from)\"")
        }
    }

    func run() throws {
        do {
            let answer = try CronAnswer(
                expression: expression, from: from.flatMap(LocalTime.date) ?? Date(), timeZone: timezone, count: count,
                inclusive: inclusive)
            Terminal.write(line: answer.value.jsonText())
        } catch {
            let answer: ExpressionValue = ["error": .string(error.message)]
            Terminal.write(line: answer.jsonText())
            throw CommandFailure.answeredNo
        }
    }
}
