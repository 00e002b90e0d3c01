internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/actions`: to which commits references to actions and workflows of other repositories are locked.
struct ActionEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// `?repository=owner/name` for one of them.
    func list(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var actions: [LockedReferenceRepresentation] }
        let entries = try await site.store.lockedReferences(of: request.query.filled("repository")?.lowercased())
        return try JSONBody.response(List(actions: entries.map(LockedReferenceRepresentation.init)))
    }

    /// `{"repository","reference"}`; without a reference every locked one of the repository, without both all.
    func update(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let repository: String?
            let reference: String?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["repository", "reference"], from: request)
        let updates = try await site.operations.updateLock(
            repository: wish.repository, reference: wish.reference, actor: request.actor)
        return try JSONBody.response(LockUpdateList(actions: updates.map(LockUpdateRepresentation.init)))
    }
}

/// A reference with the commit that it is locked to.
public struct LockedReferenceRepresentation: Codable, Sendable, Equatable {
    /// `owner/name`, in lower case.
    public var repository: String
    public var reference: String
    /// `tag` or `branch`.
    public var kind: String
    public var commit: String
    public var resolvedAt: String
    public var checkedAt: String
    /// What the server had when it was asked last; null where the reference was gone.
    @Nullable public var current: String?
    /// Whether that is another commit than the one in use.
    public var moved: Bool

    init(_ entry: LockedReference) {
        repository = entry.repository
        reference = entry.reference
        kind = entry.kind.rawValue
        commit = entry.commit
        resolvedAt = TimeText.rfc3339(entry.resolvedAt)
        checkedAt = TimeText.rfc3339(entry.checkedAt)
        current = entry.current
        moved = entry.hasMoved
    }
}

/// What an update did to one reference.
public struct LockUpdateRepresentation: Codable, Sendable, Equatable {
    public var repository: String
    public var reference: String
    /// The commit before; the same as `commit` where nothing changed.
    public var before: String
    public var commit: String

    init(_ update: LockUpdate) {
        repository = update.repository
        reference = update.reference
        before = update.before
        commit = update.commit
    }
}

public struct LockUpdateList: Codable, Sendable, Equatable {
    public var actions: [LockUpdateRepresentation]
}
