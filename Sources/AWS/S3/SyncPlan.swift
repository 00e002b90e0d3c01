public import FoundationEssentials

/// A file of a folder, or an object of a bucket, as a sync compares them.
public struct SyncItem: Sendable, Equatable {
    /// Below the folder or the prefix.
    public var path: String
    public var size: Int64
    public var modified: Date?
    /// Of an object.
    public var etag: String?

    public init(path: String, size: Int64, modified: Date? = nil, etag: String? = nil) {
        self.path = path
        self.size = size
        self.modified = modified
        self.etag = etag
    }
}

/// What a sync copies and removes: as `aws s3 sync` decides it.
public struct SyncPlan: Sendable, Equatable {
    public enum Direction: Sendable, Equatable {
        case upload
        case download
    }

    /// What tells a changed item from an unchanged one. Another size always does.
    public enum Comparison: String, Sendable, Equatable, CaseIterable {
        /// The file is newer than the object, in either direction: what is fetched has its object's time, and a file that is
        /// newer was changed since. An object that changed and kept its size is not fetched so.
        case time
        /// The times differ; for downloads. Uploads go by `time`.
        case exactTime = "exact-time"
        /// Nothing else.
        case size
        /// The content: what a fresh checkout of the same files needs, whose times are all new.
        case etag
    }

    public var copies: [SyncItem] = []
    /// Paths of the destination that the source does not have.
    public var deletions: [String] = []
    public var unchanged = 0

    /// - Parameters:
    ///   - digest: the ETag that the file of an item would have as an object; asked only for items of the same size.
    public init<Failure: Error>(
        _ direction: Direction, source: [SyncItem], destination: [SyncItem], comparison: Comparison, deletes: Bool,
        digest: (SyncItem, _ remote: String) throws(Failure) -> String
    ) throws(Failure) {
        let there = Dictionary(destination.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        for item in source {
            if let found = there[item.path],
                try Self.isSame(item, found, direction, comparison, digest)
            {
                unchanged += 1
            } else {
                copies.append(item)
            }
        }
        guard deletes else { return }
        let wanted = Set(source.map(\.path))
        deletions = destination.map(\.path).filter { !wanted.contains($0) }
    }

    private static func isSame<Failure: Error>(
        _ source: SyncItem, _ destination: SyncItem, _ direction: Direction, _ comparison: Comparison,
        _ digest: (SyncItem, String) throws(Failure) -> String
    ) throws(Failure) -> Bool {
        guard source.size == destination.size else { return false }
        switch comparison {
        case .size: return true
        case .time, .exactTime:
            let (file, object) = direction == .upload ? (source, destination) : (destination, source)
            guard let file = file.modified, let object = object.modified else { return false }
            // S3 tells whole seconds, and what is fetched gets these.
            let lead = file.timeIntervalSince1970 - object.timeIntervalSince1970.rounded(.down)
            return comparison == .exactTime && direction == .download ? lead == 0 : lead <= 0
        case .etag:
            let (local, remote) = direction == .upload ? (source, destination) : (destination, source)
            guard let etag = remote.etag, !etag.isEmpty else { return false }
            return try digest(local, etag) == etag
        }
    }
}

/// Which items take part: all, unless a pattern leaves them out and no later one takes them in again.
public struct SyncFilter: Sendable {
    private let rules: [(takes: Bool, pattern: WildcardPattern)]

    /// Patterns as `aws s3` has them: `*` stands for any text, also with slashes, `?` for one character, `[a-z]` for one of these.
    public init(excluding: [String], including: [String]) {
        rules = excluding.map { (false, WildcardPattern($0)) } + including.map { (true, WildcardPattern($0)) }
    }

    public func takes(_ path: String) -> Bool {
        rules.last { $0.pattern.matches(path) }?.takes ?? true
    }
}

/// A pattern of the shell's kind, in which a slash is a character like others.
struct WildcardPattern: Sendable {
    private enum Part: Sendable {
        case any
        case one
        case these([ClosedRange<Character>], isNegated: Bool)
        case character(Character)
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Array(text)[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": parts.append(.any)
            case "?": parts.append(.one)
            case "[":
                if let (part, after) = Self.set(rest) {
                    parts.append(part)
                    rest = after
                } else {
                    parts.append(.character("["))
                }
            default: parts.append(.character(character))
            }
        }
        self.parts = parts
    }

    /// What stands in brackets; nil where they are not closed.
    private static func set(_ text: ArraySlice<Character>) -> (Part, ArraySlice<Character>)? {
        var rest = text
        let isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        var isFirst = true
        while let character = rest.popFirst() {
            if character == "]", !isFirst { return (.these(ranges, isNegated: isNegated), rest) }
            isFirst = false
            if rest.first == "-", let end = rest.dropFirst().first, end != "]", character <= end {
                ranges.append(character...end)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(character...character)
            }
        }
        return nil
    }

    /// In time that grows with the product of both lengths, whatever the pattern.
    func matches(_ text: String) -> Bool {
        let characters = Array(text)
        var (part, position) = (0, 0)
        var retry: (part: Int, position: Int)?
        while position < characters.count {
            if part < parts.count, case .any = parts[part] {
                retry = (part, position)
                part += 1
            } else if part < parts.count, Self.takes(parts[part], characters[position]) {
                part += 1
                position += 1
            } else if let last = retry {
                retry = (last.part, last.position + 1)
                (part, position) = (last.part + 1, last.position + 1)
            } else {
                return false
            }
        }
        while part < parts.count, case .any = parts[part] { part += 1 }
        return part == parts.count
    }

    private static func takes(_ part: Part, _ character: Character) -> Bool {
        switch part {
        case .any, .one: true
        case .character(let own): own == character
        case .these(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
        }
    }
}
