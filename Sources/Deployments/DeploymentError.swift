/// Why something was not deployed, or not run.
public struct DeploymentError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// What was asked for makes no sense, or names what is not there.
        case refused
        /// It would have put an older commit over a newer one.
        case older
        /// It was begun and did not come to a good end.
        case failed
        case cancelled
        /// Whether it was begun could not be seen.
        case unseen
        /// The credentials may not do it.
        case denied
        /// AWS or this host could not do its part.
        case unavailable
    }

    public var kind: Kind
    /// What failed, on what, why, and what to do.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
