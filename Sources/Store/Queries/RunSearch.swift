public import Plan

/// What to look for in the runs. All of it must hold.
public struct RunSearch: Equatable, Sendable {
    /// Where a word has to stand.
    public enum Field: String, Sendable, CaseIterable {
        case title, repository, workflow, branch, actor, event
        case commit = "commit_id"
        case number

        fileprivate var columns: String { self == .workflow ? "workflow workflow_path" : rawValue }
    }

    /// A word, or several that follow each other. Case and accents don't count; of what has three letters or more the
    /// beginning is enough.
    public struct Term: Equatable, Sendable {
        public var text: String
        /// Nil: anywhere. What looks like the beginning of a commit's name is looked for among these as well.
        public var field: Field?

        public init(_ text: String, in field: Field? = nil) {
            self.text = text
            self.field = field
        }
    }

    public var terms: [Term]
    public var status: Status?
    public var conclusion: Conclusion?
    /// How many runs at most.
    public var limit: Int
    /// Only runs with a lower id: the `next` of the page before.
    public var before: Int64?

    public init(
        terms: [Term], status: Status? = nil, conclusion: Conclusion? = nil, limit: Int = 30, before: Int64? = nil
    ) {
        self.terms = terms
        self.status = status
        self.conclusion = conclusion
        self.limit = limit
        self.before = before
    }

    /// The terms as SQLite's full-text search reads them; nil where there is no letter or digit in any.
    var expression: String? {
        let parts = terms.compactMap(Self.part)
        return parts.isEmpty ? nil : parts.joined(separator: " AND ")
    }

    private static func part(_ term: Term) -> String? {
        // A text ends at its first zero byte, and with it the quotes around it.
        guard term.text.contains(where: { $0.isLetter || $0.isNumber }), !term.text.utf8.contains(0) else { return nil }
        let quoted = "\"" + term.text.replacing("\"", with: "\"\"") + "\""
        let isExact = term.text.count < 3 || term.field == .number
        let phrase = isExact ? quoted : quoted + " *"
        if let field = term.field { return "({\(field.columns)} : \(phrase))" }
        let isCommit = term.text.count >= 4 && term.text.allSatisfy(\.isHexDigit)
        return isCommit ? "(\(phrase))" : "(- {commit_id number} : \(phrase))"
    }
}

extension Store {
    /// Runs that a search finds, newest first, and where to go on. A page may hold fewer runs than were asked for and still have a
    /// next one: of what the words find, a bounded number is looked at for its status.
    public func runs(matching search: RunSearch) async throws(StoreError) -> RunPage {
        try await read("search runs") { database in try RunsTable.search(search, database) }
    }
}
