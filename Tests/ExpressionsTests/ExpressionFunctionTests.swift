import Expressions
import Testing

@Suite("A function")
struct ExpressionFunctionTests {
    static let contexts: ExpressionObject = [
        "list": ["a", 2, nil, true, [1], [:]],
        "empty": [],
        "tree": ["b": ["x", 1.5], "a": [:], "text": "line\n\"quoted\" \\ / é \u{2028}\u{1}"],
    ]

    @Test(
        "yields what the manual says",
        arguments: [
            ("contains('Hello world', 'LLO')", "true"),
            ("contains('abc', '')", "true"),
            ("contains(list, '2')", "true"),
            ("contains(list, 'b')", "false"),
            ("contains(empty, '')", "false"),
            ("contains(tree, 'b')", "false"),
            ("contains('Array', empty)", "false"),
            ("startsWith('Hello world', 'he')", "true"),
            ("startsWith('Hello', 'Hello world')", "false"),
            ("endsWith('Hello world', 'LD')", "true"),
            ("endsWith(123, 23)", "true"),
            ("format('{{{1}}} {0}{0}', 'a', 1.50)", #""{1.5} aa""#),
            ("format('none')", #""none""#),
            ("join(list, '-')", #""a-2--true-Array-Object""#),
            ("join(empty)", #""""#),
            ("join('one')", #""one""#),
            ("join(tree)", #""""#),
            ("join(list, tree)", #""a,2,,true,Array,Object""#),
            ("toJSON(null)", #""null""#),
            ("toJSON(1e3)", #""1000""#),
            ("fromJSON('[1, {\"b\": null, \"a\": \"x\"}]')", #"[1,{"b":null,"a":"x"}]"#),
            ("fromJSON('1.50')", "1.5"),
            ("fromJSON(' \"a\\u00e9\\ud83d\\ude00\" ')", #""aé😀""#),
            ("fromJSON('[''a'', ''b'',]')", #"["a","b"]"#),
            ("fromJSON('{ key: 1 /* first */ }').key", "1"),
            ("case(1 == 2, 'a', true, 'b', 'c')", #""b""#),
            ("case(false, 1, fromJSON('{}'))", "{}"),
            ("CONTAINS(list, 'a') && toJson(1) == TOJSON(1)", "true"),
        ])
    func yields(source: String, json: String) throws {
        let value = try Expression(parsing: source).evaluate(in: EvaluationContext(contexts: Self.contexts))
        #expect(value.jsonText() == json)
    }

    @Test("that writes JSON indents by two blanks, keeps the order of keys and escapes what would break a line")
    func toJSON() throws {
        let text = try Expression(parsing: "toJSON(tree)").evaluate(in: EvaluationContext(contexts: Self.contexts))
        let expected = """
            {
              "b": [
                "x",
                1.5
              ],
              "a": {},
              "text": "line\\n\\"quoted\\" \\\\ / é \\u2028\\u0001"
            }
            """
        #expect(text == .string(expected))
    }

    @Test(
        "that gets what it can't use fails in evaluation, at the call",
        arguments: [
            "format('{0}')", "format('{', 1)", "format('}', 1)", "format('{0', 1)", "format('{a}', 1)", "format('{0:X}', 1)",
            "fromJSON('')", "fromJSON('{')", "fromJSON('[1 2]')", "fromJSON('01')", "fromJSON('[] x')", "fromJSON(list)",
            "fromJSON('\"\\q\"')", "fromJSON('tru')", "case(1, 2, 3)", "success()", "hashFiles('**')",
        ])
    func fails(source: String) throws {
        let expression = try Expression(parsing: "true && \(source)")
        let error = #expect(throws: ExpressionError.self) {
            try expression.evaluate(in: EvaluationContext(contexts: Self.contexts))
        }
        #expect(error?.phase == .evaluation)
        #expect(error?.offset == 8)
    }

    @Test("never repeats in its error the text that it was given")
    func errorsKeepSecrets() throws {
        let context = EvaluationContext(contexts: ["secrets": ["token": "{hunter2"]])
        for source in ["format(secrets.token, 1)", "fromJSON(secrets.token)", "case(secrets.token, 1, 2)"] {
            let error = #expect(throws: ExpressionError.self) { try Expression(parsing: source).evaluate(in: context) }
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test("that would make a text without bound is stopped")
    func growth() throws {
        let repeated = String(repeating: "{0}", count: 1000)
        var source = "'\(String(repeating: "x", count: 1000))'"
        for _ in 0..<3 { source = "format('\(repeated)', \(source))" }
        let expression = try Expression(parsing: source)
        #expect(throws: ExpressionError.self) { try expression.evaluate(in: EvaluationContext(contexts: [:])) }
    }

    @Test("that depends on the place is asked of the place, and only when it is reached")
    func contextual() throws {
        let context = EvaluationContext(contexts: [:], functions: AfterFailure())
        let values: [(String, ExpressionValue)] = [
            ("always()", true), ("success()", false), ("Failure()", true), ("cancelled()", false),
            ("hashFiles('a', 'b')", "a|b"), ("false && hashFiles()", false),
        ]
        for (source, expected) in values where source != "false && hashFiles()" {
            #expect(try Expression(parsing: source).evaluate(in: context) == expected)
        }
        #expect(throws: ExpressionError.self) { try Expression(parsing: "false && hashFiles()") }
    }
}

/// A place behind a step that failed.
struct AfterFailure: ContextualFunctions {
    func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? {
        switch function {
        case .always, .failure: true
        case .success, .cancelled: false
        }
    }

    func hashFiles(patterns: [String]) throws(ExpressionError) -> String? {
        patterns.joined(separator: "|")
    }
}
