import Docker
import Execution
import Foundation
import Testing

@testable import Actions

@Suite("The inputs of docker/build-push-action")
struct BuildInputsTests {
    private func secrets(_ text: String) throws -> (secrets: [String: String], masks: [String]) {
        let trial = ActionTrial()
        let inputs = try BuildInputs(trial.invocation(["context": ".", "secrets": text]))
        let pairs = inputs.options.secrets.map { ($0.id, String(decoding: $0.content, as: UTF8.self)) }
        return (Dictionary(uniqueKeysWithValues: pairs), trial.masks)
    }

    @Test(
        "secrets are read as the original reads them: quotes around the whole, twice inside, and none needed in a plain value",
        arguments: [
            ("token=abc", ["token": "abc"]),
            ("\"github_token=abc\"", ["github_token": "abc"]),
            ("\"one=1\"\n\"two=2,3\"\nthree=3,4", ["one": "1", "two": "2,3", "three": "3,4"]),
            (
                "\"key=-----BEGIN KEY-----\nMIIB,x=\n-----END KEY-----\n\"\nother=1",
                ["key": "-----BEGIN KEY-----\nMIIB,x=\n-----END KEY-----", "other": "1"]
            ),
            ("\"json={\"\"a\"\":\"\"b\"\",\n\"\"c\"\":[1,\"\"d\"\"]}\"", ["json": "{\"a\":\"b\",\n\"c\":[1,\"d\"]}"]),
            ("json={\"a\":\"b\",\"c\":\"d\", \"e\": 1}", ["json": "{\"a\":\"b\",\"c\":\"d\", \"e\": 1}"]),
            ("a==\"x\"==", ["a": "=\"x\"=="]),
        ])
    func secrets(text: String, expected: [String: String]) throws {
        let read = try secrets(text)
        #expect(read.secrets == expected)
        // What had quotes in it is no text that the job knows as a secret; another one may be as plain as "prod".
        #expect(Set(read.masks) == Set(expected.values.filter { !text.contains($0) }))
    }

    @Test("quotes that do not end where the value ends are refused, without the value in the words")
    func wrongQuotes() throws {
        let failure = #expect(throws: ActionFailure.self) { try secrets("\"json={\"a\":\"hidden\"}\"") }
        #expect(failure?.message.contains("quote") == true)
        #expect(failure?.message.contains("hidden") == false)
    }
}
