/// Reads one condition: `or` binds least, then `and`, `not`, a comparison, `+` and `-`, `*` and `/`, a sign.
struct ConditionParser {
    /// Parentheses and signs in each other.
    private static let deepest = 50

    private let tokens: [ConditionToken]
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ tokens: [ConditionToken], of scalars: [Unicode.Scalar]) {
        self.tokens = tokens
        self.scalars = scalars
    }

    /// - Throws: the first mistake.
    mutating func condition() throws(ConditionMistake) -> ConditionNode {
        let start = current.range.lowerBound
        let node = try alternatives()
        guard current.kind == .end else {
            throw ConditionMistake("found \(current.words), expected an operator or the end of the condition", at: current.range)
        }
        guard node.isTruth else {
            throw ConditionMistake(
                "this is a number, expected a comparison such as \"f1 >= 0.85\"", at: start..<max(start + 1, lastEnd))
        }
        return node
    }

    private var current: ConditionToken { tokens[index] }
    private var lastEnd: Int { index > 0 ? tokens[index - 1].range.upperBound : current.range.lowerBound }

    private mutating func take(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard current.kind == .name(word) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ symbol: String, _ purpose: String) throws(ConditionMistake) {
        guard !take(symbol) else { return }
        throw ConditionMistake("found \(current.words), expected \"\(symbol)\" \(purpose)", at: current.range)
    }

    // MARK: - Truth

    private mutating func alternatives() throws(ConditionMistake) -> ConditionNode {
        var left = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.conjunction() }
        while take(word: "or") {
            try check(left.node, isTruth: true, at: left.range, of: "or")
            let right = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.conjunction() }
            try check(right.node, isTruth: true, at: right.range, of: "or")
            left = (.or(left.node, right.node), left.range.lowerBound..<right.range.upperBound)
        }
        return left.node
    }

    private mutating func conjunction() throws(ConditionMistake) -> ConditionNode {
        var left = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.negation() }
        while take(word: "and") {
            try check(left.node, isTruth: true, at: left.range, of: "and")
            let right = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.negation() }
            try check(right.node, isTruth: true, at: right.range, of: "and")
            left = (.and(left.node, right.node), left.range.lowerBound..<right.range.upperBound)
        }
        return left.node
    }

    private mutating func negation() throws(ConditionMistake) -> ConditionNode {
        guard take(word: "not") else { return try comparison() }
        try descend()
        defer { depth -= 1 }
        let part = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.negation() }
        try check(part.node, isTruth: true, at: part.range, of: "not")
        try WorstCheck.refuse(in: part.node, because: "\"not\" turns the comparison around")
        return .not(part.node)
    }

    private mutating func comparison() throws(ConditionMistake) -> ConditionNode {
        let left = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.sum() }
        guard case .symbol(let symbol) = current.kind, let comparison = ConditionNode.Comparison(rawValue: symbol) else {
            return left.node
        }
        index += 1
        try check(left.node, isTruth: false, at: left.range, of: symbol)
        let right = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.sum() }
        try check(right.node, isTruth: false, at: right.range, of: symbol)
        if case .symbol(let next) = current.kind, ConditionNode.Comparison(rawValue: next) != nil {
            throw ConditionMistake(
                "found a second comparison, expected one: join two with \"and\"", at: current.range)
        }
        try WorstCheck.check(comparison, left.node, right.node)
        return .comparison(comparison, left.node, right.node)
    }

    // MARK: - Numbers

    private mutating func sum() throws(ConditionMistake) -> ConditionNode {
        try chain([.plus, .minus]) { (parser) throws(ConditionMistake) in try parser.product() }
    }

    private mutating func product() throws(ConditionMistake) -> ConditionNode {
        try chain([.times, .over]) { (parser) throws(ConditionMistake) in try parser.signed() }
    }

    private mutating func chain(
        _ operators: [ConditionNode.Arithmetic],
        _ next: (inout ConditionParser) throws(ConditionMistake) -> ConditionNode
    ) throws(ConditionMistake) -> ConditionNode {
        var left = try operand(from: index, next)
        while case .symbol(let symbol) = current.kind, let found = operators.first(where: { $0.rawValue == symbol }) {
            index += 1
            try check(left.node, isTruth: false, at: left.range, of: symbol)
            let right = try operand(from: index, next)
            try check(right.node, isTruth: false, at: right.range, of: symbol)
            left = (.arithmetic(found, left.node, right.node), left.range.lowerBound..<right.range.upperBound)
        }
        return left.node
    }

    private mutating func signed() throws(ConditionMistake) -> ConditionNode {
        guard take("-") else { return try primary() }
        try descend()
        defer { depth -= 1 }
        let part = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.signed() }
        try check(part.node, isTruth: false, at: part.range, of: "-")
        return .negative(part.node)
    }

    private mutating func primary() throws(ConditionMistake) -> ConditionNode {
        let token = current
        switch token.kind {
        case .number(let value):
            index += 1
            return .number(value)
        case .symbol("("):
            index += 1
            try descend()
            defer { depth -= 1 }
            let node = try alternatives()
            try expect(")", "to close the parenthesis")
            return node
        case .name(let name) where !Self.words.contains(name):
            if tokens[index + 1].kind == .symbol("("), name != "baseline" { return try call(name) }
            return .metric(try reference())
        case .text: return .metric(try reference())
        case .name, .symbol, .end:
            throw ConditionMistake("found \(token.words), expected a metric or a number", at: token.range)
        }
    }

    static let words: Set<String> = ["and", "or", "not"]

    // MARK: - Names

    private mutating func call(_ name: String) throws(ConditionMistake) -> ConditionNode {
        let token = current
        index += 2
        if name == "abs" {
            try descend()
            defer { depth -= 1 }
            let part = try operand(from: index) { (parser) throws(ConditionMistake) in try parser.sum() }
            try check(part.node, isTruth: false, at: part.range, of: "abs")
            try expect(")", "to close \"abs(\"")
            return .magnitude(part.node)
        }
        guard let function = ConditionNode.GroupFunction(rawValue: name) else {
            let known = ConditionNode.GroupFunction.allCases.map { "\($0.rawValue)()" } + ["abs()"]
            throw ConditionMistake(
                "found the function \"\(name)\", expected one of \(known.joined(separator: ", "))", at: token.range)
        }
        guard case .name = current.kind else {
            guard case .text = current.kind else {
                throw ConditionMistake("found \(current.words), expected the metric whose slices are meant", at: current.range)
            }
            return try closed(function)
        }
        return try closed(function)
    }

    private mutating func closed(_ function: ConditionNode.GroupFunction) throws(ConditionMistake) -> ConditionNode {
        let metric = try reference()
        try expect(")", "to close \"\(function.rawValue)(\": it takes one metric, and looks at its slices")
        return .group(function, metric)
    }

    /// `f1`, `model.auc`, `recall["fraud"]`, `baseline.auc`, `baseline["any name"]`, `"any name"`.
    private mutating func reference() throws(ConditionMistake) -> MetricReference {
        let start = current.range.lowerBound
        var path: [String] = []
        var isBaseline = false
        switch current.kind {
        case .name("baseline"): isBaseline = true
        case .name(let name), .text(let name): path.append(name)
        case .number, .symbol, .end: break
        }
        index += 1
        while true {
            if take(".") {
                guard case .name(let name) = current.kind else {
                    throw ConditionMistake("found \(current.words), expected a name after \".\"", at: current.range)
                }
                path.append(name)
                index += 1
            } else if take("[") {
                guard case .text(let name) = current.kind else {
                    throw ConditionMistake("found \(current.words), expected a name in quotes after \"[\"", at: current.range)
                }
                path.append(name)
                index += 1
                try expect("]", "after the name")
            } else {
                break
            }
        }
        let range = start..<lastEnd
        guard !path.isEmpty else {
            throw ConditionMistake("\"baseline\" needs the name of a metric: \"baseline.auc\"", at: range)
        }
        return MetricReference(
            isBaseline: isBaseline, path: path, source: String(String.UnicodeScalarView(scalars[range])), range: range)
    }

    // MARK: - Operands

    private mutating func operand(
        from start: Int, _ read: (inout ConditionParser) throws(ConditionMistake) -> ConditionNode
    ) throws(ConditionMistake) -> (node: ConditionNode, range: Range<Int>) {
        let from = current.range.lowerBound
        let node = try read(&self)
        return (node, from..<max(from, lastEnd))
    }

    private func check(
        _ node: ConditionNode, isTruth: Bool, at range: Range<Int>, of symbol: String
    ) throws(ConditionMistake) {
        guard node.isTruth != isTruth else { return }
        let (found, expected) = isTruth ? ("a number", "a comparison") : ("a comparison", "a number")
        throw ConditionMistake("\"\(symbol)\" has \(found) here, expected \(expected)", at: range)
    }

    private mutating func descend() throws(ConditionMistake) {
        depth += 1
        if depth > Self.deepest {
            depth -= 1
            throw ConditionMistake("more than \(Self.deepest) parentheses and signs are in each other here", at: current.range)
        }
    }
}
