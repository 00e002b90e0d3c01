public import AWS

/// One way to tell people or programs. Sending blocks the calling thread.
public protocol NoticeWay: Sendable {
    /// For messages; without what is secret in an address.
    var name: String { get }

    /// - Parameters:
    ///   - delivery: the same for every attempt at one notice: a receiver can tell a repetition.
    ///   - attempts: how often it is tried at most while the other side has a problem that may pass, where the way has no retries
    ///     of its own.
    ///   - patience: when to give up.
    func send(_ notice: Notice, delivery: String, attempts: Int, _ patience: AWSPatience) throws(NoticeError)
}

/// Why somebody could not be told.
public struct NoticeError: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// The other side, or the way to it, has a problem; after this time it wants to be asked again, where it said so.
        case mayPass(after: Duration?)
        /// The other side does not take the credential.
        case unauthorized
        /// It would not be taken later either.
        case refused
        /// The patience has ended.
        case cancelled
    }

    public var message: String
    public var kind: Kind

    public init(_ message: String, kind: Kind) {
        self.message = message
        self.kind = kind
    }
}
