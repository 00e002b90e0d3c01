/// What a trigger has to know of the commit that an event is about.
public struct CommitInfo: Sendable, Hashable {
    /// The whole message of the newest commit.
    public var message: String

    public init(message: String) {
        self.message = message
    }

    /// The mark in the message that asks for no run on a push or pull request; nil where there is none.
    ///
    /// See "Skip workflow runs" in GitHub's manual.
    public var skipMark: String? {
        if let mark = Self.marks.first(where: message.contains) { return mark }
        // A trailer stands at the end, after two empty lines.
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasSuffix("\r") ? line.dropLast() : line
        }
        let content = lines.reversed().drop { $0.isEmpty }
        let trailers = content.prefix { !$0.isEmpty }
        let gap = content.dropFirst(trailers.count).prefix { $0.isEmpty }
        guard gap.count >= 2 else { return nil }
        return trailers.contains { $0 == "skip-checks:true" || $0 == "skip-checks: true" } ? "skip-checks: true" : nil
    }

    private static let marks = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"]
}
