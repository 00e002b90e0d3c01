internal import HTTPTypes
internal import Plan
internal import Store

/// Names in filters: a list that is empty because of a slip of the pen must not look like one that is empty.
extension WebSite {
    /// More names would not be read.
    private static let mostNames = 20

    /// - Throws: not found for a repository that the settings don't name and that has no runs of an earlier time either.
    func checkRepository(filter name: String?) async throws {
        guard let name else { return }
        let known = await operations.repositories().map(\.name)
        if known.contains(name) { return }
        guard try await store.runs(RunFilter(repository: name, limit: 1)).runs.isEmpty else { return }
        throw WebProblem(.notFound, "There is no repository \"\(name)\" in the settings, and no run of one; \(Self.list(known)).")
    }

    /// - Throws: not found for an environment that the settings don't name and nothing was deployed to.
    func checkEnvironment(_ name: String, ofRepository repository: String) async throws {
        let known = try await environments(ofRepository: repository).map(\.state.name)
        if known.contains(where: { $0.lowercased() == name.lowercased() }) { return }
        throw WebProblem(
            .notFound,
            "Nothing was deployed to an environment \"\(name)\" of \(repository), and the settings name none; \(Self.list(known))."
        )
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "there is none" }
        let more = names.count > mostNames ? " and \(names.count - mostNames) more" : ""
        return (names.count == 1 ? "there is " : "there are ") + names.prefix(mostNames).joined(separator: ", ") + more
    }
}
