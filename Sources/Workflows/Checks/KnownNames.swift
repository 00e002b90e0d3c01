internal import YAML

/// Names of one kind in a file, compared without regard to case.
struct KnownNames: Sendable {
    private let names: [String]
    private let folded: Set<String>

    /// Of more names than these, none is proposed for a misspelled one: every proposal compares it with each of them.
    private static let proposalLimit = 200

    init(_ names: [String]) {
        self.names = names
        folded = Set(names.map { $0.lowercased() })
    }

    func contains(_ name: String) -> Bool { folded.contains(name.lowercased()) }

    /// The name that was likely meant by one that is not among them.
    func meant(by name: String) -> String? {
        names.count <= Self.proposalLimit ? names.closestMatch(to: name) : nil
    }
}
