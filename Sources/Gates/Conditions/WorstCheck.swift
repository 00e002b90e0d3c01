/// `worst()` stands only where it is plain which way is worse: a comparison says it of what is added up on its sides.
enum WorstCheck {
    static func check(
        _ comparison: ConditionNode.Comparison, _ left: ConditionNode, _ right: ConditionNode
    ) throws(ConditionMistake) {
        for side in [left, right] {
            if comparison == .equal || comparison == .unequal {
                try refuse(in: side, because: "\"\(comparison.rawValue)\" does not say whether more is better")
            } else {
                try checkSum(side)
            }
        }
    }

    static func refuse(in node: ConditionNode, because reason: String) throws(ConditionMistake) {
        if case .group(.worst, let metric) = node {
            throw ConditionMistake("which slice is worst can't be told here, as \(reason): use min() or max()", at: metric.range)
        }
        for part in node.parts { try refuse(in: part, because: reason) }
    }

    private static func checkSum(_ node: ConditionNode) throws(ConditionMistake) {
        switch node {
        case .arithmetic(.plus, let left, let right):
            try checkSum(left)
            try checkSum(right)
        case .arithmetic(.minus, let left, let right):
            try checkSum(left)
            try refuse(in: right, because: "it is taken away")
        case .arithmetic(.times, let part, .number(let factor)), .arithmetic(.times, .number(let factor), let part),
            .arithmetic(.over, let part, .number(let factor)):
            if factor > 0 { try checkSum(part) } else { try refuse(in: part, because: "its factor is not above 0") }
        case .number, .metric, .group: break
        default: for part in node.parts { try refuse(in: part, because: "of what is done with it") }
        }
    }
}
