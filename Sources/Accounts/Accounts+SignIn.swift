internal import FoundationEssentials
public import Plan
internal import Signing
internal import Store
internal import Synchronization

/// A session that has just begun.
public struct NewSession: Sendable {
    /// What the browser keeps. Whoever has it is the user.
    public let secret: String
    public let actor: Actor
}

extension Accounts {
    private static let longestPassword = 1024
    private static let wrong = "The name or the password is wrong."

    /// - Parameters:
    ///   - address: that the request came from.
    ///   - relay: who says so, where their word is not enough: their tries are counted together, too.
    /// - Throws: refused for a wrong name or password, with one message for both; tooMany.
    public func signIn(
        name: String, password: String, address: String, relay: String? = nil
    ) async throws(AccountsError) -> NewSession {
        let user = try await authenticate(name: name, password: password, address: address, relay: relay)
        return try await begin(user, "by password from \(address)")
    }

    /// By which tries are counted.
    static func networks(_ address: String, _ relay: String?) -> [String] {
        let networks = [ClientAddress.network(of: address)]
        guard let relay, relay != address else { return networks }
        return networks + [ClientAddress.network(of: relay)]
    }

    func authenticate(
        name: String, password: String, address: String, relay: String? = nil
    ) async throws(AccountsError) -> StoredUser {
        let networks = Self.networks(address, relay)
        guard name.utf8.count <= AccountName.longest else {
            // Nobody is called so. What strangers send is kept nowhere.
            try await takeAttempt(name: nil, networks: networks, address: address)
            await auditRefusal("unknown user", "from \(address): a name that is too long")
            throw AccountsError(.refused, Self.wrong)
        }
        try await takeAttempt(name: name.lowercased(), networks: networks, address: address)
        let user: StoredUser?
        do throws(StoreError) { user = try await store.user(named: name) } catch { throw AccountsError(error) }
        let stored = user.flatMap { $0.isDisabled ? nil : $0.passwordHash }.flatMap { PasswordHash($0) }
        let isRight = try await passwords.run {
            let hash = try stored ?? PasswordHash.ofNobody()
            return try hash.matches(String(decoding: password.utf8.prefix(Self.longestPassword + 1), as: UTF8.self))
        }
        guard isRight, stored != nil, let user else {
            let subject = user.map { "user \($0.name)" } ?? "unknown user"
            let reason = user?.isDisabled == true ? "the user is disabled" : "wrong name or password"
            await auditRefusal(subject, "from \(address): \(reason)")
            throw AccountsError(.refused, Self.wrong)
        }
        giveAttemptBack(name: name.lowercased(), networks: networks)
        return user
    }

    /// Begins a session of somebody who proved who they are.
    func begin(_ user: StoredUser, _ detail: String) async throws(AccountsError) -> NewSession {
        let secret = try Self.freshSecret()
        let isBegun: Bool
        do throws(StoreError) {
            isBegun = try await store.beginSession(Self.digest(secret), user: user, at: now())
        } catch { throw AccountsError(error) }
        guard isBegun else { throw AccountsError(.refused, Self.wrong) }
        await audit(user.name, "sign-in", "user \(user.name)", detail)
        return NewSession(secret: secret, actor: user.actor)
    }

    func takeAttempt(name: String?, networks: [String], address: String) async throws(AccountsError) {
        let (wait, isFirst) = limits.withLock { limits -> (Duration?, Bool) in
            // What is refused for a relay costs nobody behind it anything.
            for (index, network) in networks.enumerated() {
                guard let wait = limits.networks.take(network, at: clock()) else { continue }
                for taken in networks[..<index] { limits.networks.giveBack(taken, at: clock()) }
                return (wait, false)
            }
            if let name, let wait = limits.users.take(name, at: clock()) { return (wait, true) }
            return (nil, false)
        }
        guard let wait else { return }
        let seconds = Int(wait.components.seconds) + 1
        // Who is behind the name is told that somebody tries; tries beyond an address's bound say nothing new.
        if isFirst { await auditRefusal("a user whose bound is reached", "from \(address): too many tries") }
        throw AccountsError(
            .tooMany(retryAfter: seconds), "Too many tries to sign in: wait \(seconds) seconds, then try again.")
    }

    func giveAttemptBack(name: String?, networks: [String]) {
        limits.withLock { limits in
            for network in networks { limits.networks.giveBack(network, at: clock()) }
            if let name { limits.users.giveBack(name, at: clock()) }
        }
    }

    /// Who has this session; nil where it is over, or never was.
    ///
    /// - Parameter countsAsUse: whether somebody did something: a page that was left open keeps nobody signed in.
    public func actor(ofSession secret: String, countsAsUse: Bool = true) async throws(AccountsError) -> Actor? {
        let digest = Self.digest(secret)
        do throws(StoreError) {
            guard let session = try await store.session(digest), !session.user.isDisabled, isVouchedFor(session.user)
            else { return nil }
            let moment = now()
            guard moment.timeIntervalSince(session.createdAt) < policy.lifetime,
                moment.timeIntervalSince(session.usedAt) < policy.idle
            else {
                try await store.endSession(digest)
                return nil
            }
            if countsAsUse, moment.timeIntervalSince(session.usedAt) > min(Self.useGrain, policy.idle / 4) {
                try await store.noteUse(ofSession: digest, at: moment)
            }
            return session.user.actor
        } catch { throw AccountsError(error) }
    }

    public func signOut(session secret: String) async throws(AccountsError) {
        let digest = Self.digest(secret)
        do throws(StoreError) {
            guard let session = try await store.session(digest) else { return }
            try await store.endSession(digest)
            await audit(session.user.name, "sign-out", "user \(session.user.name)")
        } catch { throw AccountsError(error) }
    }

    /// Ends all sessions of a user, in every browser. Tokens stay good.
    public func signOutEverywhere(user name: String) async throws(AccountsError) {
        let user = try await user(named: name)
        do throws(StoreError) { try await store.endSessions(ofUser: user.id) } catch { throw AccountsError(error) }
        await audit(user.name, "sign-out", "user \(user.name)", "everywhere")
    }

    /// Forgets sessions that are over.
    public func tidy() async throws(AccountsError) {
        do throws(StoreError) {
            try await store.removeSessions(unusedSince: now().addingTimeInterval(-policy.idle))
        } catch { throw AccountsError(error) }
    }
}
