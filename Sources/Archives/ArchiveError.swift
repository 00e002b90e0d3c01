internal import Glibc

/// Why files could not be found, packed or unpacked.
public struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// A system call failed, with this `errno`.
        case system(Int32)
        /// The path leads out of the folders that may be used, or through a symbolic link where none is allowed.
        case outside
        /// What is in the archive must not be unpacked: a name that climbs, a device, too much.
        case refused
        /// The bytes are no archive of a known form, or are cut off.
        case damaged
        /// More bytes than allowed.
        case tooLarge
        case cancelled
    }

    public var kind: Kind
    /// What failed, on what, and why.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }

    /// The failure of the last system call.
    static func system(_ verb: String, _ path: String, code: Int32 = errno) -> ArchiveError {
        let reason = String(cString: strerror(code))
        let hint = code == ENOSPC || code == EDQUOT ? ": the disk is full" : ""
        return ArchiveError(.system(code), "can't \(verb) \(path): \(reason)\(hint)")
    }

    /// Whether there was nothing of that name.
    public var isMissing: Bool { kind == .system(ENOENT) || kind == .system(ENOTDIR) }
    public var isDiskFull: Bool { kind == .system(ENOSPC) || kind == .system(EDQUOT) }
}
