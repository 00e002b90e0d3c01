/// A pattern as it is written, parsed.
indirect enum PatternNode: Equatable, Sendable {
    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `maximum` nil: any number.
    case repeated(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool)
    /// `number` nil: a group that is not remembered.
    case group(PatternNode, number: Int?)
    case backreference(Int)
    case lineStart
    case lineEnd
    case wordBoundary(isNegated: Bool)
    case lookahead(PatternNode, isNegated: Bool)
}
