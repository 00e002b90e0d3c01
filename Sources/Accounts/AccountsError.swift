internal import Store

/// Why nobody was let in, or why a user or a token could not be changed. Shown to whoever asked: it holds no secret.
public struct AccountsError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// A wrong name or password, or a token that is not good: unknown, expired, revoked, or of somebody who was disabled.
        case refused
        /// Too many tries; seconds until the next may be made.
        case tooMany(retryAfter: Int)
        /// A name, password, role or scope that can't be.
        case invalid
        case notFound
        /// The name is somebody's, or the change would lock its maker out.
        case conflict
        /// Not theirs.
        case forbidden
        /// Something that is needed does not answer; trying later may help.
        case unavailable
    }

    public var kind: Kind
    /// What failed, why and what to do, in a sentence.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ error: StoreError) { self.init(.unavailable, "\(error)") }

    public var description: String { message }
}
