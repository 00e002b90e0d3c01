/// A part of a condition.
indirect enum ConditionNode: Equatable, Sendable {
    case number(Double)
    case metric(MetricReference)
    case group(GroupFunction, MetricReference)
    case magnitude(ConditionNode)
    case negative(ConditionNode)
    case arithmetic(Arithmetic, ConditionNode, ConditionNode)
    case comparison(Comparison, ConditionNode, ConditionNode)
    case and(ConditionNode, ConditionNode)
    case or(ConditionNode, ConditionNode)
    case not(ConditionNode)

    enum Arithmetic: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
    }

    enum Comparison: String, Sendable {
        case atLeast = ">="
        case above = ">"
        case atMost = "<="
        case below = "<"
        case equal = "=="
        case unequal = "!="

        /// As seen from the other side.
        var mirrored: Comparison {
            switch self {
            case .atLeast: .atMost
            case .above: .below
            case .atMost: .atLeast
            case .below: .above
            case .equal, .unequal: self
            }
        }
    }

    /// What is made of the slices of a metric.
    enum GroupFunction: String, CaseIterable, Sendable {
        /// The least where more is better, by the comparison; else the greatest.
        case worst
        case min
        case max
        case mean
    }

    /// Whether it is true or false; else it is a number.
    var isTruth: Bool {
        switch self {
        case .comparison, .and, .or, .not: true
        case .number, .metric, .group, .magnitude, .negative, .arithmetic: false
        }
    }

    /// What it consists of.
    var parts: [ConditionNode] {
        switch self {
        case .number, .metric, .group: []
        case .magnitude(let part), .negative(let part), .not(let part): [part]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right):
            [left, right]
        }
    }

    /// The metrics that it names, from left to right.
    var references: [MetricReference] {
        switch self {
        case .metric(let reference), .group(_, let reference): [reference]
        default: parts.flatMap(\.references)
        }
    }
}

/// A metric as a condition names it.
struct MetricReference: Equatable, Sendable {
    var isBaseline: Bool
    /// `recall["fraud"]` and `recall.fraud` are the same: `recall`, `fraud`.
    var path: [String]
    /// As it is written.
    var source: String
    var range: Range<Int>
}
