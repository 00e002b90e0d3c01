public import Plan

/// Where it is kept to what references were resolved.
///
/// Contract: entries are found by repository and reference; a later `keep` of the same takes the place of an earlier one.
public protocol ReferenceLock: Sendable {
    func entry(for repository: RepositoryName, reference: String) async throws -> LockedReference?
    /// All of a repository; of every repository for nil. By repository and reference.
    func entries(of repository: RepositoryName?) async throws -> [LockedReference]
    func keep(_ entry: LockedReference) async throws
}
