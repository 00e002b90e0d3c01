import Foundation
import Plan
import Store
import Synchronization
import Testing

@testable import Accounts

/// A clock that goes when it is told to.
final class TestTime: Sendable {
    private let moment = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: Date { moment.withLock { $0 } }
    func pass(_ seconds: Double) { moment.withLock { $0 += seconds } }
}

@Suite final class AccountsTests {
    private let folder: String
    private let store: Store
    private let time = TestTime()
    private let root = Actor(name: "root", role: .admin, proof: .socket)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-accounts-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.open(at: "\(folder)/slipway.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var accounts: Accounts {
        let (time, begun) = (time, SuspendingClock.now)
        return Accounts(
            store: store, policy: .init(idle: 1000, lifetime: 5000), now: { time.now }, clock: { begun },
            report: { Issue.record("\($0)") })
    }

    private func pass(_ seconds: Double) { time.pass(seconds) }

    private func add(_ name: String, _ role: Role = .operator, password: String? = "correct horse battery") async throws {
        _ = try await accounts.addUser(named: name, password: password, role: role, teams: [], by: root)
    }

    @Test("a name that nobody can have is refused, and kept nowhere")
    func longNames() async throws {
        let accounts = accounts
        for number in 0..<5 {
            let name = "\(number)" + String(repeating: "x", count: 900_000)
            let error = await #expect(throws: AccountsError.self) {
                _ = try await accounts.signIn(name: name, password: "p", address: "192.0.2.\(number)")
            }
            #expect(error?.kind == .refused)
        }
        #expect(accounts.limits.withLock { $0.users.count } == 0)
    }

    @Test("a session ends after a time without a request, and after a time in all")
    func sessionEnds() async throws {
        try await add("anna")
        let first = try await accounts.signIn(name: "anna", password: "correct horse battery", address: "192.0.2.1")
        pass(999)
        #expect(try await accounts.actor(ofSession: first.secret)?.name == "anna")
        pass(999)
        #expect(try await accounts.actor(ofSession: first.secret) != nil)
        pass(1001)
        #expect(try await accounts.actor(ofSession: first.secret) == nil)
        let left = try await accounts.signIn(name: "anna", password: "correct horse battery", address: "192.0.2.1")
        pass(999)
        #expect(try await accounts.actor(ofSession: left.secret, countsAsUse: false) != nil)
        pass(2)
        #expect(try await accounts.actor(ofSession: left.secret, countsAsUse: false) == nil)
        let second = try await accounts.signIn(name: "anna", password: "correct horse battery", address: "192.0.2.1")
        for _ in 0..<5 {
            #expect(try await accounts.actor(ofSession: second.secret) != nil)
            pass(999)
        }
        pass(10)
        #expect(try await accounts.actor(ofSession: second.secret) == nil)
    }

    @Test("a new password, a disabled user and a removed one end every session; a new role holds at once")
    func endings() async throws {
        try await add("anna")
        func session() async throws -> String {
            let session = try await accounts.signIn(name: "anna", password: "correct horse battery", address: "192.0.2.1")
            return session.secret
        }
        let first = try await session()
        _ = try await accounts.change(user: "anna", role: .viewer, teams: ["qa"], isDisabled: nil, by: root)
        #expect(try await accounts.actor(ofSession: first) == Actor(name: "anna", role: .viewer, teams: ["qa"]))
        _ = try await accounts.change(user: "anna", password: "correct horse battery", by: root)
        #expect(try await accounts.actor(ofSession: first) == nil)
        let second = try await session()
        _ = try await accounts.change(user: "anna", role: nil, teams: nil, isDisabled: true, by: root)
        #expect(try await accounts.actor(ofSession: second) == nil)
        _ = try await accounts.change(user: "anna", role: nil, teams: nil, isDisabled: false, by: root)
        #expect(try await accounts.actor(ofSession: second) == nil)
        let third = try await session()
        try await accounts.remove(user: "anna", by: root)
        #expect(try await accounts.actor(ofSession: third) == nil)
    }

    @Test("nothing that is stored lets anybody in")
    func digestsOnly() async throws {
        try await add("anna")
        let session = try await accounts.signIn(name: "anna", password: "correct horse battery", address: "")
        let token = try await accounts.createToken(named: "t", ofUser: "anna", scopes: [.read], lifetime: nil, by: root)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
            for secret in [session.secret, token.secret, "correct horse battery"] {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test(
        "names, teams and passwords that can't be are refused",
        arguments: [
            ("", "", "long enough 1"), ("admin", "", "long enough 1"), ("Operator", "", "long enough 1"),
            ("web", "", "long enough 1"), ("a b", "", "long enough 1"), ("-a", "", "long enough 1"), ("ä", "", "long enough 1"),
            ("anna", "viewer", "long enough 1"), ("anna", "", "short"), ("anna-anna-anna", "", "anna-anna-anna"),
        ])
    func refused(name: String, team: String, password: String) async throws {
        let error = await #expect(throws: AccountsError.self) {
            _ = try await self.accounts.addUser(
                named: name, password: password, role: .viewer, teams: team.isEmpty ? [] : [team], by: self.root)
        }
        #expect(error?.kind == .invalid)
    }

    @Test("a name is taken in any case, and an admin can't lock themselves out but on the socket")
    func conflicts() async throws {
        try await add("anna", .admin)
        await #expect(throws: AccountsError.self) { try await self.add("Anna") }
        let anna = Actor(name: "anna", role: .admin)
        await #expect(throws: AccountsError.self) { try await self.accounts.remove(user: "anna", by: anna) }
        await #expect(throws: AccountsError.self) {
            _ = try await self.accounts.change(user: "anna", role: .viewer, teams: nil, isDisabled: nil, by: anna)
        }
        try await accounts.remove(user: "anna", by: root)
    }

    @Test("a token is of a user who may use it, and revoked by its owner or an admin")
    func tokens() async throws {
        try await add("anna", .viewer)
        try await add("bo", .admin)
        await #expect(throws: AccountsError.self) {
            _ = try await self.accounts.createToken(named: "t", ofUser: "anna", scopes: [.run], lifetime: nil, by: self.root)
        }
        let made = try await accounts.createToken(named: "t", ofUser: "anna", scopes: [.read], lifetime: 60, by: root)
        await #expect(throws: AccountsError.self) {
            _ = try await self.accounts.createToken(named: "t", ofUser: "anna", scopes: [.read], lifetime: 60, by: self.root)
        }
        #expect(try await accounts.bearer(ofToken: made.secret).actor.name == "anna (token t)")
        #expect(try await accounts.tokens(ofUser: "anna").first?.usedAt != nil)
        for other in [
            Actor(name: "cy", role: .operator), Actor(name: "anna", role: .operator, proof: .socket),
        ] {
            await #expect(throws: AccountsError.self) { try await self.accounts.revokeToken(made.token.id, by: other) }
        }
        try await accounts.revokeToken(made.token.id, by: Actor(name: "anna", role: .viewer))
        #expect(try await accounts.tokens(ofUser: "anna").first?.revokedAt != nil)
        let second = try await accounts.createToken(named: "t", ofUser: "anna", scopes: [.read], lifetime: 60, by: root)
        pass(61)
        let error = await #expect(throws: AccountsError.self) { _ = try await self.accounts.bearer(ofToken: second.secret) }
        #expect(error?.message.contains("has expired") == true)
    }
}
