/// A function of the expression language. Names are matched without regard to case; the raw value is the manual's spelling.
public enum ExpressionFunction: String, CaseIterable, Sendable, Hashable {
    case contains
    case startsWith
    case endsWith
    case format
    case join
    case toJSON
    case fromJSON
    case `case`
    case hashFiles
    case success
    case failure
    case cancelled
    case always

    /// The function of a name as written, nil where there is none.
    public init?(named name: String) {
        guard let function = Self.byFoldedName[OrdinalText.folded(name)] else { return nil }
        self = function
    }

    /// The status function that it is, nil for the others.
    public var status: StatusFunction? { StatusFunction(rawValue: rawValue) }

    /// How many arguments it takes.
    public var argumentCount: ClosedRange<Int> {
        switch self {
        case .contains, .startsWith, .endsWith: 2...2
        case .toJSON, .fromJSON: 1...1
        case .join: 1...2
        case .format, .hashFiles: 1...255
        case .case: 3...255
        case .success, .failure, .cancelled, .always: 0...0
        }
    }

    private static let byFoldedName = Dictionary(
        uniqueKeysWithValues: allCases.map { (OrdinalText.folded($0.rawValue), $0) })
}

/// The functions that ask how the steps or jobs before this one ended.
public enum StatusFunction: String, CaseIterable, Sendable, Hashable {
    case success
    case failure
    case cancelled
    case always
}
