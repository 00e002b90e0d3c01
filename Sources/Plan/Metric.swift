/// A number that an evaluation measured.
public struct Metric: Codable, Equatable, Sendable {
    public var name: String
    /// The part of the data that it was measured on: a class, a group; nil for all of it.
    public var slice: String?
    /// Finite.
    public var value: Double

    public init(_ name: String, slice: String? = nil, _ value: Double) {
        self.name = name
        self.slice = slice
        self.value = value
    }

    /// As conditions name it: `recall["fraud"]`.
    public var title: String { Self.title(name, slice) }

    public static func title(_ name: String, _ slice: String?) -> String {
        slice.map { "\(name)[\"\($0)\"]" } ?? name
    }

    /// Whether its slice is the mean of the others, as scikit-learn writes it, and none of its own.
    public var isAverage: Bool { slice.map { Self.averages.contains($0) } ?? false }

    private static let averages: Set<String> = ["macro avg", "micro avg", "weighted avg", "samples avg"]
}

extension Metric {
    /// How far one value is above another; nil where one is missing, or where no finite number says it.
    public static func difference(_ value: Double?, _ before: Double?) -> Double? {
        guard let value, let before, (value - before).isFinite else { return nil }
        return value - before
    }
}
