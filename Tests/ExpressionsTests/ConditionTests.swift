import Expressions
import Foundation
import Testing

@Suite("A condition")
struct ConditionTests {
    struct Status: ContextualFunctions {
        var answers: [StatusFunction: Bool]

        func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? { answers[function] }
        func hashFiles(patterns: [String]) throws(ExpressionError) -> String? { nil }
    }

    static let contexts: ExpressionObject = ["env": ["X": "1", "EMPTY": ""]]
    static let succeeding = EvaluationContext(
        contexts: contexts, functions: Status(answers: [.success: true, .always: true, .failure: false]))
    static let failing = EvaluationContext(
        contexts: contexts, functions: Status(answers: [.success: false, .always: true, .failure: true]))

    @Test(
        "asks for success unless it calls a status function itself",
        arguments: [
            ("", true, false), ("true", true, false), ("${{ true }}", true, false), ("env.X == 1", true, false),
            ("env.EMPTY", false, false), ("always()", true, true), ("${{ always() && env.X }}", true, true),
            ("failure()", false, true), ("!Failure()", true, false), ("env.EMPTY || failure()", false, true),
            ("success() || env.X", true, true), ("false", false, false), ("\n${{ env.EMPTY }}\n", false, false),
            ("${{ env.EMPTY }} == 'x'", true, false), ("  ", true, false),
        ])
    func holds(source: String, afterSuccess: Bool, afterFailure: Bool) throws {
        let condition = try Condition(parsing: source)
        #expect(try condition.holds(in: Self.succeeding) == afterSuccess)
        #expect(try condition.holds(in: Self.failing) == afterFailure)
    }

    @Test("does not look at the rest once success is denied")
    func shortCircuit() throws {
        let condition = try Condition(parsing: "fromJSON('{').x")
        #expect(try condition.holds(in: Self.failing) == false)
        #expect(throws: ExpressionError.self) { try condition.holds(in: Self.succeeding) }
    }

    @Test("says that it can't be decided where there is no status to ask for")
    func withoutStatus() throws {
        let context = EvaluationContext(contexts: [:])
        #expect(throws: ExpressionError.self) { try Condition.whenSuccessful.holds(in: context) }
        #expect(throws: ExpressionError.self) { try Condition(parsing: "true").holds(in: context) }
    }

    @Test("with text beside the braces is known as such")
    func text() throws {
        #expect(try Condition(parsing: "${{ env.X }} == 'x'").isText)
        #expect(try !Condition(parsing: "${{ env.X == 'x' }}").isText)
        #expect(try Condition(parsing: "a == '${{ b }}'").isText)
    }

    @Test("is refused with the place in its own text, and where it names an unknown context")
    func isRefused() {
        let error = #expect(throws: ExpressionError.self) { try Condition(parsing: "${{ a b }}") }
        #expect(error?.offset == 6)
        #expect(throws: ExpressionError.self) { try Condition(parsing: "secrets.x", knownContexts: ["env"]) }
        #expect(throws: ExpressionError.self) { try Condition(parsing: "${{ secrets.x }}", knownContexts: ["env"]) }
    }

    @Test("survives being stored", arguments: ["", "always()", "${{ env.X }}"])
    func coding(source: String) throws {
        let condition = try Condition(parsing: source)
        let copy = try JSONDecoder().decode([Condition].self, from: JSONEncoder().encode([condition]))
        #expect(copy == [condition])
        #expect(try copy[0].holds(in: Self.failing) == condition.holds(in: Self.failing))
        #expect(Condition.whenSuccessful.source.isEmpty)
    }
}
