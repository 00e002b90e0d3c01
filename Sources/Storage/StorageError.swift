public import Archives

/// Why an artifact or a cached file can't be stored or had.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// Something of that name is there already.
        case exists
        case missing
        /// There is no room for it: a limit of the settings, or the disk.
        case full
        /// It must not be had by this run.
        case forbidden
        /// A name or a number that is not allowed.
        case invalid
        case damaged
        case cancelled
        /// The host's fault.
        case system
    }

    public var kind: Kind
    /// What failed, on what, why, and what to do.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public init(_ error: ArchiveError) {
        kind =
            switch error.kind {
            case .tooLarge: .full
            case .cancelled: .cancelled
            case .damaged, .refused, .outside: .damaged
            case .system: error.isDiskFull ? .full : error.isMissing ? .missing : .system
            }
        message = error.message
    }

    public var description: String { message }
}
