import Foundation
import Testing

@testable import AWS

struct SigningContextTests {
    private static let keys = "\"credentials\": {\"access_key_id\": \"AKIA\", \"secret_access_key\": \"s\", \"token\": \"t\"}"

    @Test func aContextSaysHowToSign() throws {
        let json = """
            {\(Self.keys), "region": "eu-west-1", "service": "ecs", "timestamp": "2026-11-21T17:00:00Z", "normalize": false,
             "sign_body": true, "omit_session_token": true, "expiration_in_seconds": 60, "signed_body_value": "UNSIGNED-PAYLOAD"}
            """
        let context = try SigningContext(json: Array(json.utf8))
        #expect(!context.signature.rules.normalizesPath)
        #expect(context.signature.rules.encodesPathTwice)
        #expect(context.signature.rules.sendsPayloadDigest)
        #expect(!context.signature.rules.signsToken)
        #expect(context.expiresAfter == 60)
        #expect(context.payload == "UNSIGNED-PAYLOAD")
        #expect(context.signature.credentials.sessionToken == "t")
    }

    @Test(arguments: ["", "{}", "[]", "{\(keys), \"region\": \"r\", \"service\": \"s\", \"timestamp\": \"yesterday\"}"])
    func whatIsNoContextIsRefusedWithoutItsSecret(json: String) throws {
        let error = try #require(throws: AWSError.self) { try SigningContext(json: Array(json.utf8)) }
        #expect(error.reason == .invalidRequest)
        #expect(!error.description.contains("secret_access_key\": \"s"))
    }

    @Test func aRequestIsReadWithFoldedHeadersSpacesInItsPathAndItsBody() throws {
        let text = "POST /a b?x=y z HTTP/1.1\r\nHost:h\r\nMy-A: one\r\n  two\r\n\r\nbody\nmore"
        let request = try SignableRequest(text: Array(text.utf8))
        #expect(request.method == "POST")
        #expect(request.path == "/a b")
        #expect(request.query == "x=y z")
        #expect(request.headers.map(\.value) == ["h", " one\n  two"])
        #expect(request.payload == .bytes(Array("body\nmore".utf8)))
    }

    @Test(arguments: ["", "GET /", "GET / HTTP/1.1\nHost", "GET HTTP/1.1"])
    func whatIsNoRequestIsRefused(text: String) {
        #expect(throws: AWSError.self) { try SignableRequest(text: Array(text.utf8)) }
    }
}
