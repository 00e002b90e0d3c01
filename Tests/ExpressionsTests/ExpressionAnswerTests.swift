import Expressions
import Testing

@Suite("An answer")
struct ExpressionAnswerTests {
    @Test(
        "is one line of JSON with the kind and the value, or the error and its phase",
        arguments: [
            ("", #"{"kind":"Null","value":null}"#),
            ("github", #"{"kind":"Object","value":{"Ref":"main"}}"#),
            ("NaN", #"{"kind":"Number","value":"NaN"}"#),
            ("github.*", #"{"kind":"Array","value":["main"]}"#),
            ("github.ref == 'MAIN'", #"{"kind":"Boolean","value":true}"#),
        ])
    func json(source: String, expected: String) {
        let answer = ExpressionAnswer(evaluating: source, contexts: ["github": ["Ref": "main"]])
        #expect(answer.json == expected)
        #expect(!answer.isFailure)
    }

    @Test(
        "names the phase that failed",
        arguments: [("1 = 2", "lexing"), ("env.X", "parsing"), ("fromJSON('{')", "evaluation")])
    func phases(source: String, phase: String) {
        let answer = ExpressionAnswer(evaluating: source, contexts: ["github": [:]])
        #expect(answer.isFailure)
        #expect(answer.json.hasPrefix(#"{"error":{"phase":"\#(phase)","message":""#))
        #expect(answer.text.hasPrefix("\(phase) error: "))
    }

    @Test("for a person is the text itself or readable JSON")
    func text() {
        #expect(ExpressionAnswer(evaluating: "'a' ", contexts: [:]).text == "a")
        #expect(ExpressionAnswer(evaluating: "fromJSON('[1]')", contexts: [:]).text == "[\n  1\n]")
    }
}
