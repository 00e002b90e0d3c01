/// The regular expressions that patterns of ignore files are translated to: characters, classes, and the few kinds of
/// repetition that the translation makes. Matching takes time in proportion to path and expression, whatever is in them.
struct PathExpression: Equatable, Sendable {
    private enum Part: Equatable, Sendable {
        case one(CharacterClass)
        case many(CharacterClass)
        /// `(.*/)?`
        case folders
    }

    static let slash = UInt32(UInt8(ascii: "/"))
    private static let newline: UInt32 = 10
    private var parts: [Part] = []

    /// Nil where it makes no sense.
    init?(_ source: [UInt32]) {
        var reader = ExpressionReader(source)
        while !reader.isAtEnd {
            if reader.take("(.*/)?") {
                parts.append(.folders)
                continue
            }
            guard let characters = reader.takeCharacters() else { return nil }
            parts.append(reader.take("*") ? .many(characters) : .one(characters))
        }
    }

    /// A state is a place before a part, and, with folders begun in it, a second one.
    func matches(_ path: [UInt32]) -> Bool {
        var places = [Bool](repeating: false, count: parts.count + 1)
        var inFolders = [Bool](repeating: false, count: parts.count + 1)
        places[0] = true
        skip(&places)
        for character in path {
            var nextPlaces = [Bool](repeating: false, count: parts.count + 1)
            var nextInFolders = nextPlaces
            var isAlive = false
            for index in parts.indices where places[index] || inFolders[index] {
                switch parts[index] {
                case .one(let characters):
                    guard characters.contains(character) else { continue }
                    nextPlaces[index + 1] = true
                case .many(let characters):
                    guard characters.contains(character) else { continue }
                    nextPlaces[index] = true
                case .folders:
                    guard character != Self.newline else { continue }
                    nextInFolders[index] = true
                    if character == Self.slash { nextPlaces[index + 1] = true }
                }
                isAlive = true
            }
            guard isAlive else { return false }
            places = nextPlaces
            inFolders = nextInFolders
            skip(&places)
        }
        return places[parts.count]
    }

    /// Adds the places that are reached without a character.
    private func skip(_ places: inout [Bool]) {
        for index in parts.indices where places[index] {
            if case .one = parts[index] { continue }
            places[index + 1] = true
        }
    }
}

/// A set of characters, by their numbers.
struct CharacterClass: Equatable, Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ character: UInt32) -> Bool { ranges.contains { $0.contains(character) } != isNegated }

    mutating func insert(_ characters: String) { ranges += characters.unicodeScalars.map { $0.value...$0.value } }

    static let anything = CharacterClass(ranges: [10...10], isNegated: true)
}

/// Takes an expression apart, as Go's `regexp` reads it.
private struct ExpressionReader {
    private let source: [UInt32]
    private var position = 0

    init(_ source: [UInt32]) { self.source = source }

    var isAtEnd: Bool { position == source.count }

    mutating func take(_ text: String) -> Bool {
        let wanted = PathText.scalars(text)
        guard source[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func next() -> UInt32? {
        guard !isAtEnd else { return nil }
        defer { position += 1 }
        return source[position]
    }

    /// A character or a class of characters; nil for a mistake.
    mutating func takeCharacters() -> CharacterClass? {
        if take("[") { return takeClass() }
        if take(".") { return .anything }
        if take("\\") { return takeEscape() }
        return next().map { CharacterClass(ranges: [$0...$0]) }
    }

    private mutating func takeClass() -> CharacterClass? {
        var result = CharacterClass()
        result.isNegated = take("^")
        var isFirst = true
        while isFirst || !take("]") {
            isFirst = false
            if let named = takeNamedClass() {
                result.ranges += named
                continue
            }
            guard let item = takeClassItem() else { return nil }
            guard item.count == 1, let low = item.first, low.count == 1, !isAtEnd, source[position...].starts(with: [45]),
                position + 1 < source.count, source[position + 1] != UInt32(UInt8(ascii: "]"))
            else {
                result.ranges += item
                continue
            }
            position += 1
            guard let high = takeClassItem()?.first, high.count == 1, low.lowerBound <= high.lowerBound else { return nil }
            result.ranges.append(low.lowerBound...high.lowerBound)
        }
        return result
    }

    private mutating func takeClassItem() -> [ClosedRange<UInt32>]? {
        if take("\\") { return takeEscape().flatMap { $0.isNegated ? nil : $0.ranges } }
        return next().map { [$0...$0] }
    }

    /// What stands behind a backslash.
    private mutating func takeEscape() -> CharacterClass? {
        guard let character = next(), let scalar = Unicode.Scalar(character) else { return nil }
        if let known = Self.escapes[scalar] { return known }
        let isPlain = scalar.isASCII && !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar)
        return isPlain ? CharacterClass(ranges: [character...character]) : nil
    }

    private static let digits: [ClosedRange<UInt32>] = [48...57]
    private static let letters: [ClosedRange<UInt32>] = [65...90, 97...122]
    private static let spaces: [ClosedRange<UInt32>] = [9...10, 12...13, 32...32]
    private static let words = digits + letters + [95...95]

    private static let escapes: [Unicode.Scalar: CharacterClass] = [
        "d": CharacterClass(ranges: digits), "D": CharacterClass(ranges: digits, isNegated: true),
        "s": CharacterClass(ranges: spaces), "S": CharacterClass(ranges: spaces, isNegated: true),
        "w": CharacterClass(ranges: words), "W": CharacterClass(ranges: words, isNegated: true),
        "a": CharacterClass(ranges: [7...7]), "f": CharacterClass(ranges: [12...12]), "n": CharacterClass(ranges: [10...10]),
        "r": CharacterClass(ranges: [13...13]), "t": CharacterClass(ranges: [9...9]), "v": CharacterClass(ranges: [11...11]),
    ]

    private static let namedClasses: [(name: String, ranges: [ClosedRange<UInt32>])] = [
        ("alnum", digits + letters), ("alpha", letters), ("ascii", [0...127]), ("blank", [9...9, 32...32]),
        ("cntrl", [0...31, 127...127]), ("digit", digits), ("graph", [33...126]), ("lower", [97...122]),
        ("print", [32...126]), ("punct", [33...47, 58...64, 91...96, 123...126]), ("space", [9...13, 32...32]),
        ("upper", [65...90]), ("word", words), ("xdigit", [48...57, 65...70, 97...102]),
    ]

    private mutating func takeNamedClass() -> [ClosedRange<UInt32>]? {
        for (name, ranges) in Self.namedClasses where take("[:\(name):]") { return ranges }
        return nil
    }
}
