import Expressions
import Testing

@Suite("An expression")
struct ExpressionTests {
    /// A source, the contexts it sees and the JSON of what it yields.
    struct Case: Sendable, CustomTestStringConvertible {
        let source: String
        let contexts: ExpressionObject
        let json: String

        init(_ source: String, _ json: String, in contexts: ExpressionObject = [:]) {
            self.source = source
            self.json = json
            self.contexts = contexts
        }

        var testDescription: String { source }
    }

    static let literals = [
        Case("", "null"),
        Case("null", "null"),
        Case(" true ", "true"),
        Case("0x1F", "31"),
        Case("0o17", "15"),
        Case("-.5e1", "-5"),
        Case("+7", "7"),
        Case("Infinity", #""Infinity""#),
        Case("'it''s {0}'", #""it's {0}""#),
        Case("'a' == 'A'", "true"),
    ]

    static let operators = [
        Case("1 < 2 == true", "true"),
        Case("!true || true", "true"),
        Case("1 || 0 && 0", "1"),
        Case("'' || 'b'", #""b""#),
        Case("0 && 'never'", "0"),
        Case("3 > 2 > 1", "false"),
        Case("null == 0", "true"),
        Case("'' == false", "true"),
        Case("'x' == 0", "false"),
        Case("NaN == NaN", "false"),
        Case("'10' > 9", "true"),
        Case("'10' > '9'", "false"),
        Case("'Straße' == 'STRASSE'", "false"),
        Case("'ÄÖÜ' == 'äöü'", "true"),
        Case("'_' > 'a'", "true"),
    ]

    static let contexts: ExpressionObject = [
        "github": [
            "event": ["labels": [["name": "bug", "id": 1], ["name": "help"], ["id": 3]], "count": 2],
            "ref": "refs/heads/main",
        ],
        "matrix": ["os": ["linux", "mac"], "empty": [], "none": [:], "1": "one"],
    ]

    static let access = [
        Case("GitHub.REF", #""refs/heads/main""#, in: contexts),
        Case("github['ref']", #""refs/heads/main""#, in: contexts),
        Case("github.event.labels[1].name", #""help""#, in: contexts),
        Case("github.event.labels['0'].id", "1", in: contexts),
        Case("github.event.labels[1.9].name", #""help""#, in: contexts),
        Case("github.event.labels.*.name", #"["bug","help"]"#, in: contexts),
        Case("(github.event.labels.*).id", "[1,3]", in: contexts),
        Case("github.event.*.name", "[]", in: contexts),
        Case("github.event.labels[*].*", #"["bug",1,"help",3]"#, in: contexts),
        Case("matrix[1]", #""one""#, in: contexts),
        Case("matrix.os[2]", "null", in: contexts),
        Case("matrix.os[-1]", "null", in: contexts),
        Case("github.missing.at.all", "null", in: contexts),
        Case("github.ref.*", "[]", in: contexts),
        Case("matrix.os == matrix.os", "true", in: contexts),
        Case("matrix.empty == matrix.EMPTY", "true", in: contexts),
        Case("matrix.none >= matrix['none']", "true", in: contexts),
        Case("matrix.os == fromJSON('[\"linux\",\"mac\"]')", "false", in: contexts),
        Case("matrix.empty == fromJSON('[]')", "false", in: contexts),
        Case("fromJSON('{}') == fromJSON('{}')", "false"),
        Case("contains(matrix.os, 'LINUX')", "true", in: contexts),
        Case("fromJSON('{\"A\": 1}').a", "1"),
    ]

    @Test("yields what the manual says", arguments: literals + operators + access)
    func yields(_ example: Case) throws {
        let value = try Expression(parsing: example.source).evaluate(in: EvaluationContext(contexts: example.contexts))
        #expect(value.jsonText() == example.json)
    }

    @Test(
        "that is not sound is refused with the place of the mistake",
        arguments: [
            ("a = b", ExpressionError.Phase.lexing, 2),
            ("a & b", .lexing, 2),
            ("\"text\"", .lexing, 0),
            ("x == 'open", .lexing, 5),
            ("1a", .lexing, 0),
            ("2*3", .lexing, 0),
            ("'abc'.length", .lexing, 5),
            ("a..b", .lexing, 2),
            ("a b", .parsing, 2),
            ("a.1", .parsing, 2),
            ("(a", .parsing, 2),
            ("a)", .parsing, 1),
            ("a[", .parsing, 2),
            ("a ==", .parsing, 4),
            ("f(a)", .parsing, 0),
            ("join(a, )", .parsing, 8),
            ("contains(a)", .parsing, 0),
            ("a && startsWith('x', 'y', 'z')", .parsing, 5),
            ("case(true, 1, false, 2)", .parsing, 0),
            ("always(1)", .parsing, 0),
            ("'a'['b']", .parsing, 3),
        ])
    func isRefused(source: String, phase: ExpressionError.Phase, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: source) }
        #expect(error?.phase == phase)
        #expect(error?.offset == offset)
    }

    @Test("that names an unknown context is refused where the known ones are told, in any case of letters")
    func unknownContext() throws {
        _ = try Expression(parsing: "GITHUB.sha", knownContexts: ["github"])
        _ = try Expression(parsing: "anything.sha")
        let error = #expect(throws: ExpressionError.self) {
            try Expression(parsing: "github.sha == secrets.x", knownContexts: ["github", "env"])
        }
        #expect(error?.phase == .parsing)
        #expect(error?.offset == 14)
        #expect(error?.message.contains("github, env") == true)
    }

    @Test("that meets a missing context says so when it is evaluated, unless it need not look")
    func missingContext() throws {
        let context = EvaluationContext(contexts: ["github": [:]])
        #expect(try Expression(parsing: "false && env.X").evaluate(in: context) == false)
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: "true && env.X").evaluate(in: context) }
        #expect(error == ExpressionError(phase: .evaluation, message: "the context \"env\" is not available here", offset: 8))
    }

    @Test("may have 21,000 characters and no more")
    func length() throws {
        let quoted = { (count: Int) in "'" + String(repeating: "x", count: count - 2) + "'" }
        _ = try Expression(parsing: quoted(21_000))
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: quoted(21_001)) }
        #expect(error?.phase == .lexing)
    }

    @Test(
        "may be 50 levels deep and no more",
        arguments: [
            { (count: Int) in "a" + String(repeating: ".b", count: count - 1) },
            { (count: Int) in "a" + String(repeating: "[*]", count: count - 1) },
            { (count: Int) in String(repeating: "!", count: count - 1) + "a" },
            { (count: Int) in String(repeating: "join(", count: count - 1) + "a" + String(repeating: ")", count: count - 1) },
            { (count: Int) in "a" + String(repeating: " == a", count: count - 1) },
        ] as [@Sendable (Int) -> String])
    func depth(source: @Sendable (Int) -> String) throws {
        _ = try Expression(parsing: source(50))
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: source(51)) }
        #expect(error?.phase == .parsing)
    }

    @Test("may chain a logical operator without limit and stand in many parentheses, but not so many that the stack runs out")
    func width() throws {
        let context = EvaluationContext(contexts: [:])
        let chain = Array(repeating: "1", count: 2000).joined(separator: " && ")
        #expect(try Expression(parsing: chain).evaluate(in: context) == 1)
        let nested = { (count: Int) in String(repeating: "(", count: count) + "7" + String(repeating: ")", count: count) }
        #expect(try Expression(parsing: nested(90)).evaluate(in: context) == 7)
        #expect(throws: ExpressionError.self) { try Expression(parsing: nested(10_000)) }
    }

    @Test("tells the contexts with their paths and the functions that it names, in their order")
    func references() throws {
        let source = "contains(steps.build.outputs[github.ref], matrix.*.os) || !FAILURE()"
        let references = try Expression(parsing: source).references
        #expect(references.contexts.map(\.name) == ["steps", "github", "matrix"])
        #expect(references.contexts.map(\.offset) == [9, 29, 42])
        #expect(references.contexts[0].path == [.property("build"), .property("outputs"), .computed])
        #expect(references.contexts[0].literalPath == ["build", "outputs"])
        #expect(references.contexts[2].path == [.everyElement, .property("os")])
        #expect(references.functions.map(\.function) == [.contains, .failure])
        #expect(references.functions.map(\.offset) == [0, 59])
        #expect(references.callsStatusFunction)
        #expect(references.uses(of: "GITHUB").count == 1)
    }
}
