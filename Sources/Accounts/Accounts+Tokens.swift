public import FoundationEssentials
public import Plan
public import Store

/// A token that was just made: the only time that it is known.
public struct NewToken: Sendable {
    public let secret: String
    public let token: StoredToken
}

/// Who comes with a token, and for what.
public struct TokenBearer: Sendable {
    public let actor: Actor
    public let scopes: Set<TokenScope>
}

extension Accounts {
    /// In front of every token, so that who finds one knows what it is.
    public static let tokenPrefix = "slipway_"
    private static let mostTokens = 100

    /// - Throws: refused, with what is wrong: unknown, expired, revoked, or its owner disabled.
    public func bearer(ofToken secret: String) async throws(AccountsError) -> TokenBearer {
        do {
            guard secret.hasPrefix(Self.tokenPrefix), let (token, owner) = try await store.token(digest: Self.digest(secret))
            else {
                throw AccountsError(.refused, "The token is unknown: make one with \"slipway token create\" or on the page.")
            }
            let moment = now()
            if token.revokedAt != nil { throw AccountsError(.refused, "The token \(token.name) was revoked.") }
            if let end = token.expiresAt, end <= moment {
                throw AccountsError(.refused, "The token \(token.name) has expired: make a new one.")
            }
            guard isVouchedFor(owner) else {
                throw AccountsError(
                    .refused, "The user of the token \(token.name) is of a provider that the settings do not name any more.")
            }
            if owner.isDisabled { throw AccountsError(.refused, "The user of the token \(token.name) is disabled.") }
            if moment.timeIntervalSince(token.usedAt ?? .distantPast) > Self.useGrain {
                try await store.noteUse(ofToken: token.id, at: moment)
            }
            return TokenBearer(
                actor: Actor(name: owner.name, role: owner.role, teams: owner.teams, proof: .token(token.name)),
                scopes: Set(token.scopes.compactMap(TokenScope.init)))
        } catch let error as AccountsError { throw error } catch { throw AccountsError(.unavailable, "\(error)") }
    }

    /// The tokens of a user in the order in which they were made, with those that are over.
    public func tokens(ofUser name: String) async throws(AccountsError) -> [StoredToken] {
        let user = try await user(named: name)
        do throws(StoreError) { return try await store.tokens(ofUser: user.id) } catch { throw AccountsError(error) }
    }

    /// - Parameters:
    ///   - lifetime: in seconds; nil: until it is revoked.
    /// - Throws: invalid for a name or scopes that can't be, also for a scope that the owner's role has no use for; conflict where
    ///   the name is that of a token which is still good, or the user has too many.
    public func createToken(
        named name: String, ofUser owner: String, scopes: Set<TokenScope>, lifetime: Double?, by actor: Actor
    ) async throws(AccountsError) -> NewToken {
        try AccountName.check(token: name)
        let user = try await user(named: owner)
        guard !scopes.isEmpty else {
            throw AccountsError(.invalid, "A token has one scope at least: read, run, approve or admin.")
        }
        if let scope = scopes.first(where: { $0.role > user.role }) {
            throw AccountsError(
                .invalid,
                "The scope \(scope.rawValue) is of use to the role \(scope.role.rawValue) only; \(user.name) has the role"
                    + " \(user.role.rawValue).")
        }
        if let lifetime, !(lifetime > 0 && lifetime < 100 * 366 * 86_400) {
            throw AccountsError(.invalid, "A token lasts for a second at least, and for a hundred years at most.")
        }
        let moment = now()
        let good = try await tokens(ofUser: user.name).filter { $0.isGood(at: moment) }
        guard !good.contains(where: { $0.name == name }) else {
            throw AccountsError(.conflict, "\(user.name) has a token \(name) already: revoke it first, or choose another name.")
        }
        guard good.count < Self.mostTokens else {
            throw AccountsError(.conflict, "\(user.name) has \(good.count) tokens: revoke some first.")
        }
        let secret = Self.tokenPrefix + (try Self.freshSecret())
        let token = StoredToken(
            userID: user.id, name: name, scopes: Set(scopes.map(\.rawValue)), createdAt: moment,
            expiresAt: lifetime.map { moment.addingTimeInterval($0) })
        let added: StoredToken
        do throws(StoreError) {
            added = try await store.addToken(token, digest: Self.digest(secret))
        } catch { throw AccountsError(error) }
        let days = lifetime.map { Int(($0 / 86_400).rounded(.up)) }
        let end = days.map { $0 == 1 ? "for 1 day" : "for \($0) days" } ?? "until it is revoked"
        await audit(actor.name, "create-token", "token \(name) of \(user.name)", "\(scopes.text), \(end)")
        return NewToken(secret: secret, token: added)
    }

    /// - Throws: not found, also for a token of somebody else, unless an admin asks.
    public func revokeToken(_ id: Int64, by actor: Actor) async throws(AccountsError) {
        do {
            guard let token = try await store.token(id), let owner = try await store.user(token.userID),
                actor.role == .admin || (actor.proof != .socket && owner.name == actor.account)
            else { throw AccountsError(.notFound, "There is no token \(id) of yours.") }
            guard token.revokedAt == nil else { return }
            try await store.revokeToken(id, at: now())
            await audit(actor.name, "revoke-token", "token \(token.name) of \(owner.name)")
        } catch let error as AccountsError { throw error } catch { throw AccountsError(.unavailable, "\(error)") }
    }
}

extension StoredToken {
    public func isGood(at date: Date) -> Bool { revokedAt == nil && (expiresAt.map { $0 > date } ?? true) }

    /// Those that this version knows.
    public var knownScopes: Set<TokenScope> { Set(scopes.compactMap(TokenScope.init)) }
}
