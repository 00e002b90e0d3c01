import AWS
import Foundation
import HTTPTransport
import PythonRig
import Testing

@testable import Notices

@Suite(.enabled(if: PythonProgram.isAvailable))
struct MailWayTests {
    private static func failure(to recipient: String, password: String? = nil) throws -> NoticeError? {
        let server = try PythonProgram("mail_server.py", password == nil ? [] : ["ci", "right"])
        let port = try #require(server.line.split(separator: " ").first.flatMap { Int($0) })
        let way = MailWay(
            server: MailServer(
                host: "127.0.0.1", port: port, protection: .none, username: password.map { _ in "ci" }, password: password),
            from: "ci@example.org", to: [recipient])
        let notice = Notice(
            status: "failure", title: "Red", message: "It failed", repository: "app", workflow: "CI", ref: "main", commit: "",
            actor: "ada", runID: "1", runNumber: "1", url: "")
        do throws(NoticeError) { try way.send(notice, delivery: "1", attempts: 1, .endless) } catch { return error }
        return nil
    }

    @Test(
        "a mail is told again later where the server does not take it now, and not where it refuses it",
        arguments: [
            ("nobody", NoticeError.Kind.refused, "550"), ("stranger", .mayPass(after: nil), "450"),
            ("broken", .mayPass(after: nil), "the connection broke"),
        ])
    func refusals(recipient: String, kind: NoticeError.Kind, part: String) throws {
        let error = try #require(try Self.failure(to: "\(recipient)@example.org"))
        #expect(error.kind == kind)
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test("a mail waits while the server does not take the password")
    func password() throws {
        #expect(try Self.failure(to: "ada@example.org", password: "wrong")?.kind == .unauthorized)
        #expect(try Self.failure(to: "ada@example.org", password: "right") == nil)
    }
}
