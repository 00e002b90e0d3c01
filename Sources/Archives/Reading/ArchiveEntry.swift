internal import Glibc

/// One entry of an archive, as it says of itself; nothing of it is to be trusted.
public struct ArchiveEntry: Sendable {
    enum Kind: Equatable {
        case file
        case folder
        case link(target: FileName)
        /// A second name of an entry that came before.
        case hardLink(original: FileName)
        case other
    }

    /// As it stands in the archive, ended by a zero.
    let name: FileName
    let kind: Kind
    /// Nil where the archive says it only after the bytes.
    public let size: Int64?
    let permissions: mode_t
    let modified: (seconds: Int, nanoseconds: Int)?

    /// The name as text; bytes that are no UTF-8 are replaced.
    public var shownName: String { name.text }
    public var isFile: Bool { kind == .file }

    /// The parts of a name, from the archive's root.
    ///
    /// - Throws: of kind `refused` for one that is absolute, empty or climbs by `..`.
    static func parts(of name: FileName) throws(ArchiveError) -> [FileName] {
        let slash = CChar(UInt8(ascii: "/"))
        let dot = CChar(UInt8(ascii: "."))
        func refusal(_ reason: String) -> ArchiveError {
            ArchiveError(.refused, "the archive is refused: its entry \"\(name.text)\" \(reason)")
        }
        let bytes = name.dropLast()
        if bytes.first == slash { throw refusal("has an absolute path") }
        let parts = bytes.split(separator: slash).filter { $0 != [dot] }
        if parts.contains([dot, dot]) { throw refusal("climbs out of its folder by \"..\"") }
        return parts.map { Array($0) + [0] }
    }
}
