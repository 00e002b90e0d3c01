/// Comparison as in GitHub's manual, "Operators": loose as JavaScript's `==`, but without regard to case and without turning
/// objects into anything else.
extension ExpressionValue {
    /// The number that comparison and indexing take it for; NaN for arrays, objects and text that is no number.
    var numberForComparison: Double {
        switch self {
        case .null: 0
        case .boolean(let value): value ? 1 : 0
        case .number(let value): value
        case .string(let value): NumberText.number(from: value)
        case .array, .object: .nan
        }
    }

    /// What `==` says. Arrays and objects equal only themselves, see `isSameInstance(as:)`.
    func looselyEquals(_ other: ExpressionValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.string(let left), .string(let right)): OrdinalText.areEqual(left, right)
        case (.array, .array), (.object, .object): isSameInstance(as: other)
        // Once either is an array or object, the other's number has nothing to equal.
        default: isPrimitive && other.isPrimitive && numberForComparison == other.numberForComparison
        }
    }

    /// Negative, zero or positive; nil where neither `<` nor `>` holds, because one of them is no number or has no order.
    func looseOrder(to other: ExpressionValue) -> Int? {
        switch (self, other) {
        case (.null, .null): return nil
        case (.string(let left), .string(let right)): return OrdinalText.comparison(left, right)
        default:
            guard isPrimitive, other.isPrimitive else { return nil }
            let left = numberForComparison
            let right = other.numberForComparison
            guard !left.isNaN, !right.isNaN else { return nil }
            return left < right ? -1 : (left > right ? 1 : 0)
        }
    }

    /// Whether both are one and the same array or object, as a reference to one place yields it twice.
    ///
    /// Values here have no identity of their own, but copies share their storage until one of them changes, and evaluation
    /// never changes one. Empty ones have no storage to tell them apart; the evaluator looks at where those come from.
    func isSameInstance(as other: ExpressionValue) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            !left.isEmpty && left.count == right.count && storage(of: left) == storage(of: right)
        case (.object(let left), .object(let right)):
            !left.isEmpty && left.count == right.count && storage(of: left.pairs) == storage(of: right.pairs)
        default: false
        }
    }

    private func storage<Element>(of elements: [Element]) -> UnsafeRawPointer? {
        elements.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    }
}
