internal import Plan

/// A step's part of a log, as the page shows it.
struct LogSection: Sendable, Equatable {
    /// The step's number; 0 for the log of a job that has no step yet.
    let number: Int
    let step: Step?
    let from: Int64
    /// Nil: up to the log's end, wherever that will be.
    let to: Int64?
}

/// Divides a log among the steps of its job so that every byte is in one section: what stands before, between or after
/// the steps' own parts belongs to the step before it, or to the first.
enum LogSections {
    static func of(_ steps: [Step]) -> [LogSection] {
        // Steps beside each other have their parts in another order than their numbers.
        let written = steps.filter { $0.logFrom != nil }.sorted { ($0.logFrom ?? 0, $0.number) < ($1.logFrom ?? 0, $1.number) }
        guard !written.isEmpty else { return [LogSection(number: 0, step: nil, from: 0, to: nil)] + waiting(steps) }
        var sections: [LogSection] = []
        for (index, step) in written.enumerated() {
            sections.append(
                LogSection(
                    number: step.number, step: step, from: index == 0 ? 0 : step.logFrom ?? 0,
                    to: index + 1 < written.count ? written[index + 1].logFrom : nil))
        }
        return (sections + waiting(steps)).sorted { $0.number < $1.number }
    }

    /// Steps without a part of the log: not begun, or skipped. They are lines without content.
    private static func waiting(_ steps: [Step]) -> [LogSection] {
        steps.filter { $0.logFrom == nil }.map { LogSection(number: $0.number, step: $0, from: -1, to: -1) }
    }
}

extension LogSection {
    /// Whether there is anything of the log in it.
    var hasLog: Bool { from >= 0 }
}
