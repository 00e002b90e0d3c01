public import Diagnostics

/// A value read from a buildspec, and where it stands.
public struct Placed<Value: Sendable>: Sendable {
    public var value: Value
    public var range: SourceRange

    public init(_ value: Value, at range: SourceRange) {
        self.value = value
        self.range = range
    }
}

extension Placed: Equatable where Value: Equatable {}
