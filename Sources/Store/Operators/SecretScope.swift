/// Whose a secret is: everybody's, a repository's, or that of one environment of it.
public struct SecretScope: Equatable, Sendable {
    /// Nil: all repositories.
    public var repository: String?
    /// In lower case; upper and lower case are the same.
    public var environment: String?

    /// No name of a repository has it.
    private static let separator: Character = "#"

    /// - Precondition: where there is an environment, there is a repository.
    public init(repository: String?, environment: String? = nil) {
        self.repository = repository
        self.environment = environment?.lowercased()
    }

    /// As `SealedSecret.scope` has it.
    public init(text: String) {
        let parts = text.split(separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false)
        repository = parts.first.flatMap { $0.isEmpty ? nil : String($0) }
        environment = parts.count > 1 ? String(parts[1]) : nil
    }

    public var text: String {
        (repository ?? "") + (environment.map { "\(Self.separator)\($0)" } ?? "")
    }
}
