/// One pattern of an ignore file, without the `!` before an exception. It follows moby/patternmatcher, by which Docker's
/// clients and engines read these files.
struct IgnorePattern: Equatable, Sendable {
    /// How the pattern is compared. The plain ones are many, and cheap.
    private enum Form: Equatable, Sendable {
        case exact([UInt32])
        /// `text**`
        case prefix([UInt32])
        /// `**text`
        case suffix([UInt32])
        case expression(PathExpression)
    }

    /// As it is compared: cleaned.
    let text: String
    private let form: Form

    /// - Parameter text: cleaned.
    /// - Returns: nil for what is no pattern.
    init?(_ text: String) {
        let scalars = PathText.scalars(text)
        guard PatternSyntax.isValid(scalars), let form = Self.form(of: scalars) else { return nil }
        self.text = text
        self.form = form
    }

    /// Whether it fits the whole path; its parents are not looked at.
    func matches(_ path: [UInt32]) -> Bool {
        switch form {
        case .exact(let text): return path == text
        case .prefix(let text): return path.starts(with: text)
        case .suffix(let text):
            if path.count >= text.count, path.suffix(text.count).elementsEqual(text) { return true }
            // `**/name` is also `name` at the root.
            return text.first == PathExpression.slash && path.elementsEqual(text.dropFirst())
        case .expression(let expression): return expression.matches(path)
        }
    }

    private static func form(of scalars: [UInt32]) -> Form? {
        var source = PatternSource(scalars)
        switch source.translate() {
        case .exact: return .exact(scalars)
        case .prefix: return .prefix(Array(scalars.dropLast(2)))
        case .suffix: return .suffix(Array(scalars.dropFirst(2)))
        case .expression: return PathExpression(source.expression).map(Form.expression)
        }
    }
}

/// A pattern on its way to the expression that it stands for.
private struct PatternSource {
    enum Kind {
        case exact
        case prefix
        case suffix
        case expression
    }

    private let scalars: [UInt32]
    private var position = 0
    private(set) var expression: [UInt32] = []

    init(_ scalars: [UInt32]) { self.scalars = scalars }

    private static let special = Set(".+()|{}$".unicodeScalars.map(\.value))
    private static let star = UInt32(UInt8(ascii: "*"))
    private static let backslash = UInt32(UInt8(ascii: "\\"))

    private var next: UInt32? { position < scalars.count ? scalars[position] : nil }

    private mutating func add(_ text: String) { expression += text.unicodeScalars.map(\.value) }

    /// - Returns: how the pattern can be compared; where it is by the expression, that is whole then.
    mutating func translate() -> Kind {
        var kind = Kind.exact
        var isFirst = true
        while let scalar = next {
            position += 1
            switch scalar {
            case Self.star where next == Self.star:
                kind = takeDoubleStar(kind)
                if isFirst { kind = .suffix }
            case Self.star:
                add("[^/]*")
                kind = .expression
            case UInt32(UInt8(ascii: "?")):
                add("[^/]")
                kind = .expression
            case Self.backslash:
                add("\\")
                guard let escaped = next else { break }
                position += 1
                expression.append(escaped)
                kind = .expression
            case UInt32(UInt8(ascii: "[")), UInt32(UInt8(ascii: "]")):
                expression.append(scalar)
                kind = .expression
            default:
                if Self.special.contains(scalar) { add("\\") }
                expression.append(scalar)
            }
            isFirst = false
        }
        return kind
    }

    private mutating func takeDoubleStar(_ kind: Kind) -> Kind {
        position += 1
        // `**/` is any number of folders, also none.
        if next == PathExpression.slash { position += 1 }
        guard next == nil else {
            add("(.*/)?")
            return .expression
        }
        if kind == .exact { return .prefix }
        add(".*")
        return .expression
    }
}

/// The syntax of Go's `filepath.Match`, to which every pattern is held.
private enum PatternSyntax {
    static func isValid(_ scalars: [UInt32]) -> Bool {
        var position = 0
        while position < scalars.count {
            switch scalars[position] {
            case UInt32(UInt8(ascii: "\\")):
                guard position + 1 < scalars.count else { return false }
                position += 2
            case UInt32(UInt8(ascii: "[")):
                guard let end = endOfClass(scalars, from: position + 1) else { return false }
                position = end
            default: position += 1
            }
        }
        return true
    }

    /// The position behind the class; nil for a mistake in it.
    private static func endOfClass(_ scalars: [UInt32], from start: Int) -> Int? {
        var position = start
        func at(_ character: UInt8) -> Bool { position < scalars.count && scalars[position] == UInt32(character) }
        func takeCharacter() -> Bool {
            guard position < scalars.count, !at(UInt8(ascii: "-")), !at(UInt8(ascii: "]")) else { return false }
            if at(UInt8(ascii: "\\")) { position += 1 }
            position += 1
            return position < scalars.count
        }
        if at(UInt8(ascii: "^")) { position += 1 }
        var isEmpty = true
        while isEmpty || !at(UInt8(ascii: "]")) {
            guard takeCharacter() else { return nil }
            if at(UInt8(ascii: "-")) {
                position += 1
                guard takeCharacter() else { return nil }
            }
            isEmpty = false
        }
        return position + 1
    }
}
