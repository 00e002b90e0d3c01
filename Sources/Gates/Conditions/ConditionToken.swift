/// A word of a condition, with its place in Unicode scalars of the text.
struct ConditionToken: Equatable {
    enum Kind: Equatable {
        case number(Double)
        /// A name, or a word such as `and`.
        case name(String)
        case text(String)
        case symbol(String)
        case end
    }

    var kind: Kind
    var range: Range<Int>

    /// As a message names it.
    var words: String {
        switch kind {
        case .number: "a number"
        case .name(let name): "\"\(name)\""
        case .text(let text): "the text \"\(text)\""
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end of the condition"
        }
    }
}
