import Expressions
import Foundation
import Testing

@Suite("A template")
struct TemplateTests {
    static let context = EvaluationContext(contexts: ["matrix": ["count": 2, "list": [1], "name": "x"]])

    @Test(
        "of one expression alone keeps its kind, any other is text",
        arguments: [
            ("${{ matrix.count }}", 2), ("${{matrix.list}}", [1]), ("${{ matrix.missing }}", nil),
            ("n = ${{ matrix.count }}", "n = 2"), ("${{ matrix.count }}${{ matrix.name }}", "2x"),
            (" ${{ matrix.count }}", " 2"), ("[${{ matrix.list }}]", "[Array]"), ("<${{ matrix.missing }}>", "<>"),
            ("plain $ {{ text }}", "plain $ {{ text }}"), ("", ""), ("${{ '}}' }}!", "}}!"), ("${{ 'it''s }}' }}", "it's }}"),
            ("a ${{ format('{0}}}', matrix.name) }}", "a x}"),
        ] as [(String, ExpressionValue)])
    func value(source: String, expected: ExpressionValue) throws {
        let template = try Template(parsing: source)
        #expect(try template.evaluate(in: Self.context) == expected)
        #expect(try template.text(in: Self.context) == expected.displayString)
    }

    @Test(
        "that is not sound is refused with the place in its own text",
        arguments: [
            ("ab ${{ 1 + }}", ExpressionError.Phase.lexing, 9), ("${{ }}", .parsing, 3),
            ("é ${{ 'x' }} ${{ a b }}", .parsing, 19), ("x ${{ y", .lexing, 2), ("${{ 'open }}", .lexing, 0),
        ])
    func isRefused(source: String, phase: ExpressionError.Phase, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try Template(parsing: source) }
        #expect(error?.phase == phase)
        #expect(error?.offset == offset)
    }

    @Test("that fails in evaluation names the place in its own text")
    func evaluationOffset() throws {
        let template = try Template(parsing: "run ${{ matrix.name }} ${{ fromJSON(matrix.name) }}")
        let error = #expect(throws: ExpressionError.self) { try template.text(in: Self.context) }
        #expect(error?.offset == 27)
    }

    @Test("from a literal yields that literal, also after it is stored", arguments: ["", "a", "${{ x }}", "$${{ '' }} ${{", "'"])
    func literal(text: String) throws {
        let template = Template(literal: text)
        #expect(template.isLiteral)
        #expect(template.literalText == text)
        let stored = try JSONEncoder().encode([template])
        let copy = try JSONDecoder().decode([Template].self, from: stored)
        #expect(copy == [template])
        #expect(try copy[0].text(in: Self.context) == text)
    }

    @Test("is stored as its source and refused when that is not sound")
    func coding() throws {
        let template = try Template(parsing: "v${{ matrix.count }}")
        #expect(String(decoding: try JSONEncoder().encode([template]), as: UTF8.self) == #"["v${{ matrix.count }}"]"#)
        let broken = Data(#"["${{ ( }}"]"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Template].self, from: broken) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Expressions.Expression].self, from: broken) }
    }

    @Test("tells its expressions and their places")
    func expressions() throws {
        let template = try Template(parsing: "a ${{ matrix.b }} c ${{  env.D  }}")
        #expect(template.expressions.map(\.source) == ["matrix.b", "env.D"])
        #expect(!template.isLiteral)
        let offsets = template.segments.compactMap { segment -> Int? in
            if case .expression(_, let offset) = segment { offset } else { nil }
        }
        #expect(offsets == [6, 25])
    }
}
