/// What an expression yields, as a program or a person asks for it: a value with its kind, or why there is none.
public struct ExpressionAnswer: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        case value(ExpressionValue)
        case failure(ExpressionError)
    }

    public let outcome: Outcome

    /// - Parameters:
    ///   - source: an expression without `${{ }}` around it.
    ///   - contexts: the only contexts that exist; naming another one is an error of the phase `parsing`.
    public init(
        evaluating source: String, contexts: ExpressionObject, functions: any ContextualFunctions = NoContextualFunctions()
    ) {
        do {
            let expression = try Expression(parsing: source, knownContexts: contexts.keys)
            let context = EvaluationContext(contexts: contexts, functions: functions)
            outcome = .value(try expression.evaluate(in: context))
        } catch {
            outcome = .failure(error)
        }
    }

    public var isFailure: Bool {
        if case .failure = outcome { true } else { false }
    }

    /// One line of JSON: `{"kind":…,"value":…}`, or `{"error":{"phase":…,"message":…}}`, with `offset` where it is known.
    /// NaN and infinities are strings.
    public var json: String {
        switch outcome {
        case .value(let value):
            let answer: ExpressionObject = ["kind": .string(value.kindName), "value": value]
            return answer.jsonText()
        case .failure(let error):
            var details: ExpressionObject = ["phase": .string(error.phase.rawValue), "message": .string(error.message)]
            details["offset"] = error.offset.map { .number(Double($0)) }
            return ExpressionObject(dictionaryLiteral: ("error", .object(details))).jsonText()
        }
    }

    /// For a terminal: a text as it is, anything else as JSON, an error as one sentence.
    public var text: String {
        switch outcome {
        case .value(.string(let text)): text
        case .value(let value): value.jsonText(pretty: true)
        case .failure(let error): "\(error.phase.rawValue) error: \(error.description)"
        }
    }
}
