import Expressions
import Plan
import Testing

struct TemplateFlagTests {
    private static let context = EvaluationContext(contexts: [
        "matrix": ["on": true, "off": false, "text": "false", "number": 1]
    ])

    @Test(
        "a flag is a boolean or its text; what is missing is false",
        arguments: [
            ("true", true), ("false", false), ("", false), ("${{ matrix.on }}", true), ("${{ matrix.off }}", false),
            ("${{ matrix.text }}", false), ("${{ matrix.missing }}", false), ("${{ matrix.number == 1 }}", true),
            ("${{ matrix.off }}${{ '' }}", false),
        ])
    func values(source: String, expected: Bool) throws {
        #expect(try Template(parsing: source).flag(in: Self.context) == expected)
    }

    @Test("anything else is a mistake", arguments: ["yes", "${{ matrix.number }}", "${{ matrix }}"])
    func mistakes(source: String) throws {
        let template = try Template(parsing: source)
        #expect(throws: ExpressionError.self) { try template.flag(in: Self.context) }
    }
}
