public import Plan

/// Which references may be used: the last pattern that fits decides, and one with `!` takes out again.
public struct ReferencePatterns: Sendable, Equatable {
    public let sources: [String]

    /// - Parameter sources: `owner/repository` with or without `/path` and `@ref`, whatever the case; `*` stands for anything.
    public init(_ sources: [String]) { self.sources = sources }

    public func allows(_ reference: SourceReference) -> Bool {
        let name = reference.repository.key
        let path = reference.path.isEmpty ? name : "\(name)/\(reference.path.lowercased())"
        let ref = reference.ref.lowercased()
        let forms = Set([name, path, "\(name)@\(ref)", "\(path)@\(ref)"])
        let deciding = sources.last { source in
            let pattern = (source.hasPrefix("!") ? source.dropFirst() : source[...]).lowercased()
            return forms.contains { Self.matches($0, pattern) }
        }
        return deciding.map { !$0.hasPrefix("!") } ?? false
    }

    /// Goes back to the latest `*` only, so that no pattern takes long.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let (text, pattern) = (Array(text.utf8), Array(pattern.utf8))
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (position, place)
                place += 1
            } else if place < pattern.count, pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let last = retry {
                position = last.position + 1
                place = last.place + 1
                retry = (position, last.place)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
