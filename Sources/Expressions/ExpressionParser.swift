/// Builds the tree of an expression from its tokens.
struct ExpressionParser {
    /// The deepest tree that is accepted, GitHub's own limit. A leaf counts, parentheses and chains of `&&` or `||` do not.
    static let maximumDepth = 50
    /// How deep parentheses, brackets and calls may stand in each other, so that no text can exhaust the stack.
    static let maximumNesting = 100

    /// A tree under construction with the depth it has so far.
    private struct Subtree {
        let node: ExpressionNode
        let depth: Int
    }

    private let tokens: [ExpressionToken]
    private let knownContexts: [String]?
    private var position = 0
    private var nesting = 0

    /// - Parameter knownContexts: every name that is not among these is an error; nil lets all pass.
    /// - Returns: nil for a text without any token.
    static func tree(of source: String, knownContexts: [String]?) throws(ExpressionError) -> ExpressionNode? {
        let tokens = try ExpressionLexer.tokens(of: source)
        if tokens.isEmpty { return nil }
        var parser = ExpressionParser(tokens: tokens, knownContexts: knownContexts)
        let tree = try parser.parseExpression()
        guard parser.position == tokens.count else { throw parser.unexpected(expected: "an operator or the end") }
        return tree.node
    }

    private init(tokens: [ExpressionToken], knownContexts: [String]?) {
        self.tokens = tokens
        self.knownContexts = knownContexts
    }

    private mutating func parseExpression() throws(ExpressionError) -> Subtree {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else { throw tooDeep(limit: Self.maximumNesting) }
        return try parseOperators(from: 1)
    }

    /// Operands joined by operators of at least the given precedence.
    private mutating func parseOperators(from precedence: Int) throws(ExpressionError) -> Subtree {
        var left = try parseUnary()
        while case .binary(let binary) = peek(), binary.precedence >= precedence {
            position += 1
            let right = try parseOperators(from: binary.precedence + 1)
            left = try combined(left, binary, right)
        }
        return left
    }

    private func combined(_ left: Subtree, _ binary: BinaryOperator, _ right: Subtree) throws(ExpressionError) -> Subtree {
        guard binary == .and || binary == .or else {
            return try parent(of: [left, right]) { .comparison(binary, $0[0], $0[1]) }
        }
        var operands: [ExpressionNode] = []
        var depth = 0
        for side in [left, right] {
            switch (side.node, binary) {
            case (.all(let nodes), .and), (.any(let nodes), .or):
                operands += nodes
                depth = max(depth, side.depth)
            default:
                operands.append(side.node)
                depth = max(depth, side.depth + 1)
            }
        }
        return try checked(Subtree(node: binary == .and ? .all(operands) : .any(operands), depth: depth))
    }

    private mutating func parseUnary() throws(ExpressionError) -> Subtree {
        var negations = 0
        while take(.not) { negations += 1 }
        var operand = try parsePostfix()
        for _ in 0..<negations { operand = try parent(of: [operand]) { .not($0[0]) } }
        return operand
    }

    private mutating func parsePostfix() throws(ExpressionError) -> Subtree {
        let start = peek()
        var base = try parsePrimary()
        if case .literal = start { return base }
        while true {
            if take(.dot) {
                base = try parseProperty(of: base)
            } else if take(.leftBracket) {
                base = try parseIndex(of: base)
            } else {
                return base
            }
        }
    }

    private mutating func parseProperty(of base: Subtree) throws(ExpressionError) -> Subtree {
        if take(.star) { return try filter(of: base) }
        guard case .name(let name) = peek() else { throw unexpected(expected: "a property name or \"*\" after \".\"") }
        position += 1
        return try parent(of: [base]) { .index($0[0], key: .literal(.string(name))) }
    }

    private mutating func parseIndex(of base: Subtree) throws(ExpressionError) -> Subtree {
        let result: Subtree
        if take(.star) {
            result = try filter(of: base)
        } else {
            let key = try parseExpression()
            result = try parent(of: [base, key]) { .index($0[0], key: $0[1]) }
        }
        guard take(.rightBracket) else { throw unexpected(expected: "\"]\"") }
        return result
    }

    private func filter(of base: Subtree) throws(ExpressionError) -> Subtree {
        try parent(of: [base]) { .filter($0[0]) }
    }

    private mutating func parsePrimary() throws(ExpressionError) -> Subtree {
        switch peek() {
        case .literal(let value):
            position += 1
            return Subtree(node: .literal(value), depth: 1)
        case .name(let name):
            position += 1
            if take(.leftParenthesis) { return try parseCall(of: name, at: position - 2) }
            return Subtree(node: try context(name, at: position - 1), depth: 1)
        case .leftParenthesis:
            position += 1
            let inner = try parseExpression()
            guard take(.rightParenthesis) else { throw unexpected(expected: "\")\"") }
            return inner
        default:
            throw unexpected(expected: "a value")
        }
    }

    private func context(_ name: String, at token: Int) throws(ExpressionError) -> ExpressionNode {
        let offset = tokens[token].range.lowerBound
        if let knownContexts, !knownContexts.contains(where: { OrdinalText.areEqual($0, name) }) {
            let known = knownContexts.isEmpty ? "none" : knownContexts.joined(separator: ", ")
            throw ExpressionError(
                phase: .parsing, message: "unknown context \"\(name)\", the contexts known here are: \(known)", offset: offset)
        }
        return .context(name, offset: offset)
    }

    /// The arguments behind the opening parenthesis, and the closing one.
    private mutating func parseCall(of name: String, at token: Int) throws(ExpressionError) -> Subtree {
        let offset = tokens[token].range.lowerBound
        guard let function = ExpressionFunction(named: name) else {
            let known = ExpressionFunction.allCases.map(\.rawValue).joined(separator: ", ")
            throw ExpressionError(
                phase: .parsing, message: "unknown function \"\(name)\", expected one of: \(known)", offset: offset)
        }
        var arguments: [Subtree] = []
        if !take(.rightParenthesis) {
            repeat { arguments.append(try parseExpression()) } while take(.comma)
            guard take(.rightParenthesis) else { throw unexpected(expected: "\",\" or \")\"") }
        }
        if let message = Self.complaint(about: arguments.count, of: function) {
            throw ExpressionError(phase: .parsing, message: message, offset: offset)
        }
        return try parent(of: arguments) { .call(function, $0, offset: offset) }
    }

    private static func complaint(about count: Int, of function: ExpressionFunction) -> String? {
        let allowed = function.argumentCount
        if allowed.contains(count), function != .case || count % 2 == 1 { return nil }
        let expected =
            function == .case
            ? "an odd number of arguments from 3 up: conditions with their values, then the value for none of them"
            : allowed.lowerBound == allowed.upperBound
                ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
        let found = count == 1 ? "1 argument" : "\(count) arguments"
        return "\(function.rawValue)() has \(found), expected \(expected)"
    }

    private func parent(
        of children: [Subtree], _ node: ([ExpressionNode]) -> ExpressionNode
    ) throws(ExpressionError) -> Subtree {
        let depth = 1 + (children.map(\.depth).max() ?? 0)
        return try checked(Subtree(node: node(children.map(\.node)), depth: depth))
    }

    private func checked(_ subtree: Subtree) throws(ExpressionError) -> Subtree {
        guard subtree.depth <= Self.maximumDepth else { throw tooDeep(limit: Self.maximumDepth) }
        return subtree
    }

    private func tooDeep(limit: Int) -> ExpressionError {
        ExpressionError(phase: .parsing, message: "the expression is nested more than \(limit) levels deep")
    }

    private func peek() -> ExpressionToken.Kind? {
        position < tokens.count ? tokens[position].kind : nil
    }

    private mutating func take(_ kind: ExpressionToken.Kind) -> Bool {
        guard position < tokens.count, tokens[position].kind == kind else { return false }
        position += 1
        return true
    }

    private func unexpected(expected: String) -> ExpressionError {
        guard position < tokens.count else {
            let end = tokens.last.map { $0.range.upperBound }
            return ExpressionError(
                phase: .parsing, message: "the expression ends too early, expected \(expected)", offset: end)
        }
        let token = tokens[position]
        return ExpressionError(
            phase: .parsing, message: "unexpected \(token.kind.quoted), expected \(expected)", offset: token.range.lowerBound)
    }
}

extension ExpressionToken.Kind {
    /// The token as a message shows it.
    fileprivate var quoted: String {
        switch self {
        case .leftParenthesis: "\"(\""
        case .rightParenthesis: "\")\""
        case .leftBracket: "\"[\""
        case .rightBracket: "\"]\""
        case .comma: "\",\""
        case .dot: "\".\""
        case .star: "\"*\""
        case .not: "\"!\""
        case .binary(let binary): "\"\(binary.rawValue)\""
        case .literal(.string(let text)): "'\(text)'"
        case .literal(.null): "null"
        case .literal(let value): value.displayString
        case .name(let name): "\"\(name)\""
        }
    }
}
