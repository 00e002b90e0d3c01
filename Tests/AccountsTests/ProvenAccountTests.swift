import Foundation
import Plan
import Store
import Testing

@testable import Accounts

/// Users whom a provider of identities vouches for.
@Suite final class ProvenAccountTests {
    private let folder: String
    private let store: Store
    private let root = Actor(name: "root", role: .admin, proof: .socket)
    private static let issuer = "https://login.example.org"

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-accounts-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.open(at: "\(folder)/slipway.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func accounts(issuer: String? = issuer) -> Accounts {
        let begun = SuspendingClock.now
        return Accounts(
            store: store, issuer: issuer, now: { Date() }, clock: { begun }, report: { Issue.record("\($0)") })
    }

    private static func account(_ subject: String, _ name: String?, _ role: Role?) -> ProvenAccount {
        ProvenAccount(
            identity: ExternalIdentity(issuer: issuer, subject: subject), name: name, role: role, refusal: "No group of yours.")
    }

    private func enter(_ subject: String, _ name: String?, _ role: Role?) async throws -> NewSession {
        try await accounts().signIn(Self.account(subject, name, role), address: "192.0.2.1")
    }

    private func refusal(_ subject: String, _ name: String?, _ role: Role?) async throws -> AccountsError? {
        do { _ = try await enter(subject, name, role) } catch let error as AccountsError { return error }
        return nil
    }

    private func records() async throws -> [String] {
        try await store.auditPage(AuditFilter()).entries.map { "\($0.actor) \($0.action) \($0.subject): \($0.detail)" }.reversed()
    }

    @Test("the first sign-in makes a user, tied to what the provider calls them for ever, and each gives the role anew")
    func first() async throws {
        let session = try await enter("s-1", "anna", .operator)
        #expect(session.actor == Actor(name: "anna", role: .operator))
        #expect(try await accounts().actor(ofSession: session.secret)?.role == .operator)
        _ = try await accounts().change(user: "anna", teams: ["qa"], by: root)
        // They have another name there now, which changes nothing here.
        let again = try await enter("s-1", "annamaria", .admin)
        #expect(again.actor == Actor(name: "anna", role: .admin, teams: ["qa"]))
        // What is signed in already has the new role from its next request on.
        #expect(try await accounts().actor(ofSession: session.secret)?.role == .admin)
        let users = try await store.users()
        #expect(users.map(\.name) == ["anna"] && users[0].identity?.subject == "s-1" && users[0].passwordHash == nil)
        #expect(
            try await records() == [
                "anna add-user user anna: operator, of https://login.example.org",
                "anna sign-in user anna: by https://login.example.org from 192.0.2.1",
                "root (socket) change-user user anna: operator, qa",
                "anna change-user user anna: admin, by https://login.example.org",
                "anna sign-in user anna: by https://login.example.org from 192.0.2.1",
            ])
    }

    @Test("nobody takes another's user by having their name, in whatever case")
    func takeover() async throws {
        _ = try await accounts().addUser(named: "anna", password: "correct horse battery", role: .admin, teams: [], by: root)
        _ = try await enter("s-2", "bo", .viewer)
        for (subject, name) in [("s-1", "anna"), ("s-1", "ANNA"), ("s-3", "bo")] {
            let error = try await refusal(subject, name, .admin)
            #expect(error?.kind == .conflict && error?.message.contains("not you for the provider") == true)
        }
        #expect(try await store.users().map(\.role) == [.admin, .viewer])
        #expect(try await records().filter { $0.hasPrefix("web refuse-sign-in user anna: from 192.0.2.1:") }.count == 1)
        // The same words of another provider are somebody else.
        let other = ProvenAccount(
            identity: ExternalIdentity(issuer: "https://other.example", subject: "s-2"), name: "bo", role: .admin)
        await #expect(throws: AccountsError.self) { try await self.accounts().signIn(other, address: "") }
        _ = try await accounts().signIn(name: "anna", password: "correct horse battery", address: "192.0.2.1")
    }

    @Test("who is disabled does not come back by the provider, and their tokens do nothing")
    func disabled() async throws {
        let session = try await enter("s-1", "anna", .operator)
        let token = try await accounts().createToken(named: "t", ofUser: "anna", scopes: [.run], lifetime: nil, by: root)
        _ = try await accounts().change(user: "anna", isDisabled: true, by: root)
        #expect(try await accounts().actor(ofSession: session.secret) == nil)
        await #expect(throws: AccountsError.self) { try await self.accounts().bearer(ofToken: token.secret) }
        let error = try await refusal("s-1", "another", .admin)
        #expect(error?.kind == .refused && error?.message.contains("anna, is disabled") == true)
        #expect(try await store.users().map(\.role) == [.operator])
        _ = try await accounts().change(user: "anna", isDisabled: false, by: root)
        _ = try await enter("s-1", "another", .viewer)
        #expect(try await accounts().bearer(ofToken: token.secret).actor.role == .viewer)
    }

    @Test("who has no role any more is out everywhere, and their tokens do what a viewer's do")
    func roleless() async throws {
        #expect(try await refusal("s-1", "anna", nil)?.message == "No group of yours.")
        #expect(try await store.users().isEmpty)
        let session = try await enter("s-1", "anna", .admin)
        let token = try await accounts().createToken(named: "t", ofUser: "anna", scopes: [.admin], lifetime: nil, by: root)
        let error = try await refusal("s-1", "anna", nil)
        #expect(error?.kind == .forbidden)
        #expect(try await accounts().actor(ofSession: session.secret) == nil)
        #expect(try await accounts().bearer(ofToken: token.secret).actor.role == .viewer)
        #expect(try await records().contains("web refuse-sign-in user anna: from 192.0.2.1: No group of yours."))
    }

    @Test("role and password are the provider's, and teams are ours")
    func changes() async throws {
        _ = try await enter("s-1", "anna", .operator)
        for (role, password) in [(Role.admin, nil), (nil, "correct horse battery")] as [(Role?, String?)] {
            let error = await #expect(throws: AccountsError.self) {
                try await self.accounts().change(user: "anna", role: role, password: password, by: self.root)
            }
            #expect(error?.kind == .conflict && error?.message.contains(Self.issuer) == true)
        }
        _ = try await accounts().change(user: "anna", role: .operator, teams: ["qa"], by: root)
        await #expect(throws: AccountsError.self) {
            try await self.accounts().signIn(name: "anna", password: "", address: "192.0.2.1")
        }
    }

    @Test("when the settings name another provider, or none, its users are out", arguments: [nil, "https://other.example"])
    func otherProvider(issuer: String?) async throws {
        let session = try await enter("s-1", "anna", .operator)
        let token = try await accounts().createToken(named: "t", ofUser: "anna", scopes: [.run], lifetime: nil, by: root)
        #expect(try await accounts(issuer: issuer).actor(ofSession: session.secret) == nil)
        let error = await #expect(throws: AccountsError.self) {
            try await self.accounts(issuer: issuer).bearer(ofToken: token.secret)
        }
        #expect(error?.message.contains("settings do not name") == true)
        #expect(try await accounts().bearer(ofToken: token.secret).actor.name == "anna (token t)")
    }

    @Test(
        "names that nobody can have are told, with what an admin can do",
        arguments: [
            nil, "", "admin", "Anna Schmidt", "schedule", "Slipway", "äöü", String(repeating: "a", count: 65), "<b>anna</b>",
        ])
    func names(name: String?) async throws {
        let error = try await refusal("s-1", name, .viewer)
        #expect(error?.kind == .invalid && error?.message.contains("web.openid_connect.name_claim") == true)
        #expect(try await store.users().isEmpty)
    }

    @Test("tries by a provider count as those by a password do, and a sign-in gives its try back")
    func limits() async throws {
        let accounts = accounts()
        for _ in 0..<30 {
            try await accounts.beginTry(address: "192.0.2.1")
            _ = try await accounts.signIn(Self.account("s-1", "anna", .viewer), address: "192.0.2.1")
        }
        for _ in 0..<10 { try await accounts.beginTry(address: "192.0.2.1") }
        let error = await #expect(throws: AccountsError.self) { try await accounts.beginTry(address: "192.0.2.1") }
        guard case .tooMany = error?.kind else { return #expect(Bool(false), "an eleventh try was taken") }
        let byPassword = await #expect(throws: AccountsError.self) {
            try await accounts.signIn(name: "bo", password: "x", address: "192.0.2.1")
        }
        #expect(byPassword?.kind == error?.kind)
        try await accounts.beginTry(address: "192.0.2.2")
    }
}
