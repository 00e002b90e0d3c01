internal import Plan

/// The part of a log that a page comes with.
struct LogFocus: Sendable {
    let section: LogSection
    /// Where the lines should begin; nil: at the section's end, where what went wrong stands.
    let start: Int64?
    /// The line that was asked for.
    let line: Int?
}

extension JobPage {
    /// What the address asks for: `?line=` before `?step=`; else the step that failed, else the one that runs.
    func focus(
        _ query: FormFields, content: Content, sections: [LogSection], feed: LogFeed?
    ) async throws -> LogFocus? {
        let written = sections.filter(\.hasLog)
        if let line = query.filled("line").flatMap({ Int($0) }), line > 0, let feed,
            let offset = try await feed.offset(ofLine: line),
            let section = written.filter({ $0.from <= offset }).max(by: { $0.from < $1.from })
        {
            return LogFocus(section: section, start: max(section.from, offset - 8192), line: line)
        }
        if let number = query.filled("step").flatMap({ Int($0) }), let section = written.first(where: { $0.number == number }) {
            let start = query.filled("from").flatMap { Int64($0) }.map { max(section.from, $0) }
            return LogFocus(section: section, start: start ?? (isOver(section) ? section.from : nil), line: nil)
        }
        if let failed = content.failedStep, let section = written.first(where: { $0.number == failed.number }) {
            return LogFocus(section: section, start: nil, line: nil)
        }
        if let section = written.last(where: { $0.step?.status == .running || $0.number == 0 }) {
            return LogFocus(section: section, start: nil, line: nil)
        }
        return nil
    }

    private func isOver(_ section: LogSection) -> Bool { section.step?.status == .completed }

    /// The lines of the focus: a block of the log, or two.
    func window(_ focus: LogFocus, feed: LogFeed, size: Int64, isEnded: Bool) async throws -> LogWindow {
        let block = Int64(LineIndex.blockSize)
        let end = min(focus.section.to ?? size, size)
        let start = focus.start ?? max(focus.section.from, end - block)
        return try await feed.window(from: start, to: min(end, start + block), isEnded: isEnded)
    }
}
