import Foundation
import NIOCore
import Testing

@testable import Web

@Suite struct JSONBodyTests {
    @Test("what can't be written as JSON is an error that the router answers and logs, not a document that says so")
    func unwritable() throws {
        #expect(throws: EncodingError.self) { try JSONBody.response(["value": Double.nan]) }
        #expect(throws: EncodingError.self) { try JSONBody.buffer([Double.infinity]) }
        #expect(try String(buffer: JSONBody.buffer(["run": 1])) == #"{"run":1}"#)
    }
}
