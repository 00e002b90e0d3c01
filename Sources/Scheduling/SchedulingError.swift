/// Why an operator's wish can't be fulfilled.
public struct SchedulingError: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case notFound
        case conflict
        /// It is for others to do.
        case forbidden
        case store
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
