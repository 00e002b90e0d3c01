/// An object of the expression language: keys in the order in which they were set, each with a value.
///
/// Keys are found without regard to case, as in every context of GitHub's but `env` on Linux; that one asks for
/// `KeyMatching.exact`. The case in which a key was first written is kept.
public struct ExpressionObject: Sendable {
    /// How a key is looked up.
    public enum KeyMatching: Sendable, Hashable {
        case ignoringCase
        case exact
    }

    /// Every key with its value, in order.
    public private(set) var pairs: [(key: String, value: ExpressionValue)]
    public let keyMatching: KeyMatching
    /// Where each folded key stands. Empty while the object is small: a scan of few keys is quicker than a hash.
    private var positions: [String: Int] = [:]

    private static let scannedCount = 8

    public init() {
        self.init([])
    }

    /// - Parameter pairs: where a key comes twice, the later value wins and keeps the earlier one's place.
    public init(_ pairs: [(String, ExpressionValue)], keyMatching: KeyMatching = .ignoringCase) {
        self.keyMatching = keyMatching
        self.pairs = []
        self.pairs.reserveCapacity(pairs.count)
        for (key, value) in pairs { self[key] = value }
    }

    public var keys: [String] { pairs.map(\.key) }
    public var values: [ExpressionValue] { pairs.map(\.value) }
    public var count: Int { pairs.count }
    public var isEmpty: Bool { pairs.isEmpty }

    /// The value of a key. Setting nil removes the key; setting a value of a known key keeps its place.
    public subscript(key: String) -> ExpressionValue? {
        get {
            position(of: key).map { pairs[$0].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): pairs[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Sets every pair of `other`, so that its values win.
    public mutating func merge(_ other: ExpressionObject) {
        for (key, value) in other.pairs { self[key] = value }
    }

    private mutating func append(_ key: String, _ value: ExpressionValue) {
        pairs.append((key: key, value: value))
        if !positions.isEmpty {
            positions[folded(key)] = pairs.count - 1
        } else if pairs.count > Self.scannedCount {
            index()
        }
    }

    private mutating func remove(at position: Int) {
        pairs.remove(at: position)
        positions.removeAll()
        if pairs.count > Self.scannedCount { index() }
    }

    private mutating func index() {
        positions.reserveCapacity(pairs.count * 2)
        for (position, pair) in pairs.enumerated() { positions[folded(pair.key)] = position }
    }

    private func position(of key: String) -> Int? {
        if !positions.isEmpty { return positions[folded(key)] }
        switch keyMatching {
        case .exact: return pairs.firstIndex { $0.key == key }
        case .ignoringCase: return pairs.firstIndex { OrdinalText.areEqual($0.key, key) }
        }
    }

    private func folded(_ key: String) -> String {
        keyMatching == .exact ? key : OrdinalText.folded(key)
    }
}

extension ExpressionObject: Equatable {
    /// The same keys, written alike and in the same order, with equal values.
    public static func == (left: ExpressionObject, right: ExpressionObject) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.key == $1.key && $0.value == $1.value }
    }
}

extension ExpressionObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, ExpressionValue)...) {
        self.init(elements)
    }
}
