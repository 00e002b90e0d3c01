import Foundation
import PythonRig
import Signing
import Testing

@testable import AWS

struct SignatureV4Tests {
    private static let date = Date(timeIntervalSince1970: 1_795_280_400)
    private static let key = AWSCredentials(accessKeyID: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token")

    private func signature(_ change: (inout SignatureV4.Rules) -> Void = { _ in }) -> SignatureV4 {
        var rules = SignatureV4.Rules.standard
        change(&rules)
        return SignatureV4(credentials: Self.key, region: "us-east-1", service: "ecs", rules: rules)
    }

    private func canonical(_ path: String, query: String = "", _ change: (inout SignatureV4.Rules) -> Void = { _ in }) -> [String]
    {
        let request = SignableRequest("GET", path, query: query, headers: [("Host", "example.com")])
        return signature(change).signByHeaders(request, at: Self.date).canonicalRequest.components(separatedBy: "\n")
    }

    @Test(arguments: [
        ("/", "/"), ("", "/"), ("/a/../b/./c//d/", "/b/c/d/"), ("/..", "/"), ("/a b", "/a%20b"), ("/a%20b", "/a%2520b"),
        ("/ሴ", "/%E1%88%B4"), ("//", "/"), ("/a/..", "/"),
    ])
    func thePathIsNormalizedAndEncodedOnceMore(path: String, expected: String) {
        #expect(canonical(path)[1] == expected)
    }

    @Test(arguments: ["/a/../b", "//key//", "/./x", "/a%20b/%E1%88%B4"])
    func aKeyOfS3StaysAsItIsSent(path: String) {
        #expect(canonical(path) { $0 = .s3 }[1] == path)
    }

    @Test(arguments: [
        ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a", "a="), ("a=%7E%2f", "a=~%2F"), ("c+d", "c%2Bd="), ("", ""),
        ("Param-3=3&Param=2&%E1%88%B4=1", "%E1%88%B4=1&Param=2&Param-3=3"), ("a==", "a=%3D"),
    ])
    func theQueryIsSortedByItsEncodedForm(query: String, expected: String) {
        #expect(canonical("/", query: query)[2] == expected)
    }

    @Test func valuesOfHeadersAreTrimmedJoinedAndUnfolded() {
        let request = SignableRequest(
            "GET", "/", headers: [("Host", "h"), ("X-B", " a   b "), ("x-b", "c"), ("X-A", "one\n   two"), ("User-Agent", "x")])
        let signed = signature().signByHeaders(request, at: Self.date)
        #expect(signed.canonicalRequest.contains("\nx-a:one two\n"))
        #expect(signed.canonicalRequest.contains("\nx-b:a b,c\n"))
        #expect(!signed.canonicalRequest.contains("user-agent"))
    }

    @Test func aTokenThatIsNotSignedIsSentAllTheSame() {
        let request = SignableRequest("GET", "/", headers: [("Host", "h")])
        let signed = signature { $0.signsToken = false }.signByHeaders(request, at: Self.date)
        #expect(!signed.canonicalRequest.contains("security-token"))
        #expect(signed.request.headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "token" })
        let url = signature { $0.signsToken = false }.signByQuery(request, at: Self.date, expiresAfter: 60)
        #expect(!url.canonicalRequest.contains("Security-Token"))
        #expect(url.request.query.hasSuffix("&X-Amz-Security-Token=token"))
    }

    @Test func aSecondSignatureReplacesTheFirst() {
        let request = SignableRequest("GET", "/", headers: [("Host", "h")])
        let once = signature().signByHeaders(request, at: Self.date)
        let twice = signature().signByHeaders(once.request, at: Self.date)
        #expect(once.signature == twice.signature)
        #expect(twice.request.headers.count == once.request.headers.count)
    }

    private struct Example: Decodable {
        var method, host, path, query, body, service, region, key, secret, timestamp, canonical, stringToSign, signature: String
        var headers: [[String]]
        var token: String?
        var expires: Int?

        var date: Date {
            let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
            return (try? Date(timestamp, strategy: style)) ?? .distantPast
        }
    }

    @Test(.enabled(if: PythonProgram.isAvailable))
    func aThousandRequestsAreSignedAsBotocoreSignsThem() throws {
        let lines = try PythonProgram.output(of: "signing_examples.py", ["1000", "20261121"]).split(separator: "\n")
        #expect(lines.count == 1000)
        for line in lines {
            let example = try JSONDecoder().decode(Example.self, from: Data(line.utf8))
            let signer = SignatureV4(
                credentials: AWSCredentials(
                    accessKeyID: example.key, secretAccessKey: example.secret, sessionToken: example.token),
                region: example.region, service: example.service, rules: example.service == "s3" ? .s3 : .standard)
            let isURL = example.expires != nil
            let request = SignableRequest(
                example.method, example.path, query: example.query,
                headers: [("Host", example.host)] + example.headers.map { ($0[0], $0[1]) },
                payload: isURL && example.service == "s3" ? .unsigned : .bytes(Array(example.body.utf8)))
            let signed =
                isURL
                ? signer.signByQuery(request, at: example.date, expiresAfter: example.expires)
                : signer.signByHeaders(request, at: example.date)
            #expect(signed.canonicalRequest == example.canonical)
            #expect(signed.stringToSign == example.stringToSign)
            #expect(signed.signature == example.signature)
            guard signed.signature == example.signature else { break }
        }
    }
}
