import Execution
import Expressions
import Foundation
import HTTPTransport
import PythonRig
import Signing
import Testing

@testable import Actions

@Suite(.enabled(if: PythonProgram.isAvailable))
struct NotifyActionTests {
    private let trial = ActionTrial()

    private func run(_ inputs: [String: String]) throws -> ActionResult { try trial.run(NotifyAction(), inputs) }

    private func failure(_ inputs: [String: String]) throws -> String {
        try #require(throws: ActionFailure.self) { try self.run(inputs) }.message
    }

    @Test("a webhook gets JSON with a signature that its receiver can check")
    func webhook() throws {
        let server = try AnsweringServer()
        try server.put([.init(status: 204)])
        let inputs = ["webhook-url": "\(server.address)/hooks?key=1", "webhook-secret": "sesame", "message": "it's green"]
        #expect(try run(inputs).outputs["told"]?.displayString.hasPrefix("the webhook at 127.0.0.1") == true)
        let request = try #require(try server.requests().first)
        #expect(request.path == "/hooks?key=1")
        let expected = HMAC.sha256Hexadecimal(key: Array("sesame".utf8), message: Array(request.body.utf8))
        #expect(request.headers["x-slipway-signature-256"] == "sha256=\(expected)")
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])
        #expect(fields["message"] as? String == "it's green")
        #expect(fields["status"] as? String == "success")
        #expect(fields["repository"] as? String == "team/app")
        #expect(fields["url"] as? String == "http://ci.example.org/runs/1")
        #expect(trial.masks == ["sesame"])
    }

    @Test("a server that has a problem is asked again, and one that refuses is not")
    func retries() throws {
        let server = try AnsweringServer()
        try server.put([.init(status: 503), nil, .init(status: 200)])
        _ = try run(["webhook-url": server.address])
        #expect(try server.requests().count == 3)
        try server.put([.init(status: 404, body: "no_team")])
        #expect(try failure(["webhook-url": server.address]).contains("it answered HTTP 404: no_team"))
        #expect(try server.requests().count == 1)
    }

    @Test("each step's notice has a delivery id of its own, which stays the same however often it is tried")
    func deliveries() throws {
        let server = try AnsweringServer()
        try server.put([.init(status: 503), .init(), .init(), .init()])
        for path in [[0], [1], [1, 0]] {
            var invocation = try trial.invocation(["webhook-url": server.address])
            invocation.stepPath = path
            _ = try NotifyAction().run(invocation)
        }
        let ids = try server.requests().map { $0.headers["x-slipway-delivery"] ?? "" }
        #expect(ids == ["1", "1", "2", "2.1"].map { "run1-job1-step\($0)-success" })
    }

    @Test("Slack gets a message that rings nobody's bell, and its address is in no message")
    func slack() throws {
        let server = try AnsweringServer()
        try server.put([.init(body: "ok"), .init(status: 403, body: "invalid_token")])
        let inputs = [
            "slack-webhook-url": "\(server.address)/services/T/B/secret-path", "message": "<!channel> & co", "status": "failure",
        ]
        _ = try run(inputs)
        let body = try #require(try server.requests().first).body
        #expect(body.contains("\"text\":\"&lt;!channel&gt; &amp; co\""))
        #expect(body.contains("\"color\":\"danger\""))
        let message = try failure(inputs)
        #expect(message.contains("Slack: it answered HTTP 403: invalid_token"))
        #expect(!message.contains("secret-path"))
        #expect(!trial.log.joined().contains("secret-path"))
        #expect(trial.masks.contains("\(server.address)/services/T/B/secret-path"))
    }

    @Test("mail arrives in any language, and a person who is not there fails the step after all others are told")
    func mail() throws {
        let server = try PythonProgram("mail_server.py", ["ci", "pass word"])
        let (port, address) = try #require(Self.parts(server.line))
        let web = try AnsweringServer()
        try web.put([.init(), .init()])
        var inputs = [
            "mail-to": "a@example.org, b@example.org", "mail-from": "ci@example.org", "smtp-server": "smtp://127.0.0.1:\(port)",
            "smtp-insecure": "true", "title": "Grün: größer", "message": "Zeile\nzwei", "webhook-url": web.address,
        ]
        #expect(try failure(inputs).contains("530"))
        #expect(try web.requests().count == 1)
        inputs["smtp-username"] = "ci"
        inputs["smtp-password"] = "pass word"
        #expect(try failure(inputs).contains("would be sent unencrypted"))
        inputs["smtp-insecure"] = "false"
        // This server has no TLS: nothing is said to it, and the password least of all.
        #expect(try failure(inputs).contains("not secure"))
        #expect(try Self.mails(address).isEmpty)
    }

    @Test("mail is sent to all who are named")
    func mailSent() throws {
        let server = try PythonProgram("mail_server.py")
        let (port, address) = try #require(Self.parts(server.line))
        let inputs = [
            "mail-to": "a@example.org\nb@example.org", "mail-from": "ci@example.org", "smtp-server": "127.0.0.1:\(port)",
            "smtp-insecure": "true", "title": "Grün", "message": "Zeile\n.\nzwei",
        ]
        _ = try run(inputs)
        let mail = try #require(try Self.mails(address).first)
        #expect((mail["to"] as? [String])?.count == 2)
        let text = try #require(mail["text"] as? String)
        #expect(text.contains("Subject: =?utf-8?B?R3LDvG4=?=\r\n"))
        let body = try #require(text.components(separatedBy: "\r\n\r\n").last)
        let decoded = Data(base64Encoded: body, options: .ignoreUnknownCharacters).map { String(decoding: $0, as: UTF8.self) }
        #expect(decoded == "Zeile\n.\nzwei")
        #expect(try failure(inputs.merging(["mail-to": "nobody@example.org"]) { $1 }).contains("550"))
    }

    private static func parts(_ line: String) -> (port: String, address: String)? {
        let words = line.split(separator: " ").map(String.init)
        return words.count == 2 ? (words[0], words[1]) : nil
    }

    private static func mails(_ address: String) throws -> [[String: Any]] {
        let exchange = try TransportExchange(TransportRequest("GET", "/", at: .server(url: address)))
        _ = try exchange.head()
        var body: [UInt8] = []
        while case .bytes(let bytes) = try exchange.next() { body += bytes }
        return try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]] ?? []
    }

    @Test("a topic gets the message with the title for its subject")
    func topic() throws {
        let server = try AnsweringServer()
        try server.put([.init(body: "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>")]
        )
        trial.environment = [
            "AWS_ENDPOINT_URL": server.address, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1",
        ]
        _ = try run(["sns-topic-arn": "arn:aws:sns:eu-west-1:123456789012:builds.fifo", "title": "T", "message": "M"])
        let body = try #require(try server.requests().first).body
        #expect(body.contains("Message=M&Subject=T&MessageGroupId=slipway"))
    }

    @Test(
        "inputs that make no sense are refused",
        arguments: [
            ([:], "nobody is to be told"), (["webhook-url": "ftp://x"], "must be an http or https URL"),
            (["mail-to": "a@b"], "\"mail-from\" is required"),
            (["mail-to": "a@b", "mail-from": "c@d", "smtp-server": "smtp://x:y"], "must be smtp://HOST:PORT"),
            (["webhook-url": "http://127.0.0.1:1", "status": "green"], "success, failure, cancelled"),
        ])
    func refused(inputs: [String: String], part: String) throws { #expect(try failure(inputs).contains(part)) }
}
