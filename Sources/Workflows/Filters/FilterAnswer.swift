public import Expressions

/// What `slipway debug filter` answers: which inputs the patterns take, and whether a push that changed all of them is
/// skipped.
public struct FilterAnswer: Sendable {
    public let list: FilterList
    public let inputs: [String]
    /// Whether the patterns stand in a `-ignore` filter.
    public let isIgnore: Bool

    public init(patterns: [String], kind: FilterPattern.Kind, isIgnore: Bool = false, inputs: [String]) {
        list = FilterList(patterns, kind: kind)
        self.inputs = inputs
        self.isIgnore = isIgnore
    }

    /// What is wrong with the patterns: one sentence each. Not empty: exit status 1.
    public var problems: [String] {
        list.patterns.flatMap { pattern in
            pattern.flaws.map { flaw in "'\(pattern.source)', character \(flaw.offset + 1): \(flaw.message)" }
        }
    }

    /// `{"matches":{INPUT:bool},"skip":bool}`, or `{"valid":bool,"problems":[…]}` where there is no input.
    public var value: ExpressionValue {
        guard !inputs.isEmpty else {
            return ["valid": .boolean(problems.isEmpty), "problems": .array(problems.map(ExpressionValue.string))]
        }
        let matches = inputs.map { ($0, ExpressionValue.boolean(isIgnore ? list.ignores($0) : list.includes($0))) }
        let skip = isIgnore ? list.skips(changesOnlyTo: inputs) : list.skips(changesTo: inputs)
        return [
            "matches": .object(ExpressionObject(matches, keyMatching: .exact)),
            "skip": .boolean(skip),
        ]
    }
}
