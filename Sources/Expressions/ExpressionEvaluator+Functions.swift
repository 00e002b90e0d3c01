extension ExpressionEvaluator {
    /// No function makes a text longer than this many bytes, so that a short expression can't fill the memory.
    static let maximumTextLength = 10 << 20

    func call(
        _ function: ExpressionFunction, _ arguments: [ExpressionNode], offset: Int
    ) throws(ExpressionError) -> Operand {
        switch function {
        case .case: return try choose(arguments, offset: offset)
        case .contains: return Operand(value: .boolean(try contains(arguments)))
        case .startsWith: return Operand(value: .boolean(try compareTexts(arguments, OrdinalText.hasPrefix)))
        case .endsWith: return Operand(value: .boolean(try compareTexts(arguments, OrdinalText.hasSuffix)))
        case .format: return Operand(value: .string(try format(arguments, offset: offset)))
        case .join: return Operand(value: .string(try join(arguments, offset: offset)))
        case .toJSON:
            let text = JSONWriter.text(
                of: try value(of: arguments[0]), isPretty: true, numberForm: .display, limit: Self.maximumTextLength)
            return Operand(value: .string(try limited(text, of: function, offset: offset)))
        case .fromJSON: return Operand(value: try parseJSON(arguments[0], offset: offset))
        case .hashFiles: return Operand(value: .string(try hashFiles(arguments, offset: offset)))
        case .success, .failure, .cancelled, .always:
            return Operand(value: .boolean(try status(function, offset: offset)))
        }
    }

    private func choose(_ arguments: [ExpressionNode], offset: Int) throws(ExpressionError) -> Operand {
        for position in stride(from: 0, to: arguments.count - 1, by: 2) {
            guard case .boolean(let holds) = try value(of: arguments[position]) else {
                throw ExpressionError(
                    phase: .evaluation, message: "argument \(position + 1) of case() is a condition and must be true or false",
                    offset: offset)
            }
            if holds { return try operand(arguments[position + 1]) }
        }
        return try operand(arguments[arguments.count - 1])
    }

    private func contains(_ arguments: [ExpressionNode]) throws(ExpressionError) -> Bool {
        let searched = try value(of: arguments[0])
        switch searched {
        case .object: return false
        case .array(let elements):
            if elements.isEmpty { return false }
            let wanted = try value(of: arguments[1])
            return elements.contains { $0.looselyEquals(wanted) }
        default: return try compareTexts(arguments, OrdinalText.contains)
        }
    }

    /// The answer of `test` for both arguments as texts; false if either is an array or object.
    private func compareTexts(
        _ arguments: [ExpressionNode], _ test: (String, String) -> Bool
    ) throws(ExpressionError) -> Bool {
        let text = try value(of: arguments[0])
        guard text.isPrimitive else { return false }
        let part = try value(of: arguments[1])
        return part.isPrimitive && test(text.displayString, part.displayString)
    }

    private func join(_ arguments: [ExpressionNode], offset: Int) throws(ExpressionError) -> String {
        let joined = try value(of: arguments[0])
        guard case .array(let elements) = joined else { return joined.isPrimitive ? joined.displayString : "" }
        var separator = ","
        if elements.count > 1, arguments.count > 1 {
            let value = try value(of: arguments[1])
            if value.isPrimitive { separator = value.displayString }
        }
        var text = ""
        for (position, element) in elements.enumerated() {
            if position > 0 { text += separator }
            text += element.displayString
            text = try limited(text, of: .join, offset: offset)
        }
        return text
    }

    private func format(_ arguments: [ExpressionNode], offset: Int) throws(ExpressionError) -> String {
        let pieces: [FormatPiece]
        do {
            pieces = try FormatPiece.pieces(of: try value(of: arguments[0]).displayString, argumentCount: arguments.count - 1)
        } catch {
            throw ExpressionError(phase: error.phase, message: error.message, offset: offset)
        }
        var texts: [Int: String] = [:]
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .argument(let position):
                let text: String
                if let known = texts[position] {
                    text = known
                } else {
                    text = try value(of: arguments[position + 1]).displayString
                    texts[position] = text
                }
                result += text
            }
            result = try limited(result, of: .format, offset: offset)
        }
        return result
    }

    private func parseJSON(_ argument: ExpressionNode, offset: Int) throws(ExpressionError) -> ExpressionValue {
        let text = try value(of: argument).displayString
        do {
            return try JSONReader.value(of: text, dialect: .relaxed)
        } catch {
            throw ExpressionError(phase: .evaluation, message: "fromJSON(): \(error.message)", offset: offset)
        }
    }

    private func hashFiles(_ arguments: [ExpressionNode], offset: Int) throws(ExpressionError) -> String {
        var patterns: [String] = []
        for argument in arguments { patterns.append(try value(of: argument).displayString) }
        guard let hash = try context.functions.hashFiles(patterns: patterns) else {
            throw unavailable(.hashFiles, offset: offset)
        }
        return hash
    }

    private func status(_ function: ExpressionFunction, offset: Int) throws(ExpressionError) -> Bool {
        guard let status = function.status, let answer = try context.functions.status(status) else {
            throw unavailable(function, offset: offset)
        }
        return answer
    }

    private func unavailable(_ function: ExpressionFunction, offset: Int) -> ExpressionError {
        ExpressionError(
            phase: .evaluation, message: "the function \(function.rawValue)() is not available here", offset: offset)
    }

    private func limited(_ text: String, of function: ExpressionFunction, offset: Int) throws(ExpressionError) -> String {
        guard text.utf8.count <= Self.maximumTextLength else {
            throw ExpressionError(
                phase: .evaluation,
                message: "the result of \(function.rawValue)() is longer than \(Self.maximumTextLength >> 20) MiB",
                offset: offset)
        }
        return text
    }
}
