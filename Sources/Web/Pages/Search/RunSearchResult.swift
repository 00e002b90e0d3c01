internal import Plan
internal import Store

/// The runs that fit what a person typed, as the page and the API have them.
struct RunSearchResult: Sendable {
    private static let pageSize = 30

    /// The run whose id was typed, where that is what was.
    let direct: Run?
    /// The others, the newest first.
    let runs: [Run]
    /// The `before` of the next page; nil where there is none.
    let next: Int64?
    /// What was not understood, in a sentence each.
    let problems: [String]

    init(of text: String, before: Int64?, in store: Store) async throws {
        let wish = SearchText(text)
        // What was not understood at all finds nothing, rather than everything.
        let page = try await store.runs(
            matching: RunSearch(
                terms: wish.isEmpty ? [RunSearch.Term("")] : wish.terms, status: wish.status, conclusion: wish.conclusion,
                limit: Self.pageSize, before: before))
        var direct: Run?
        if before == nil, let id = wish.runID { direct = try await store.run(id) }
        self.direct = direct
        runs = page.runs.filter { $0.id != direct?.id }
        next = page.next
        problems = wish.problems
    }
}
