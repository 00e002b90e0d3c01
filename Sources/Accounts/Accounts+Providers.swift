internal import FoundationEssentials
public import Plan
public import Store

/// Somebody of whom a provider of identities said who they are.
public struct ProvenAccount: Sendable, Equatable {
    public var identity: ExternalIdentity
    /// What the provider calls them; nil where it does not tell. It decides nothing but the name of a new user.
    public var name: String?
    /// What they may do; nil: nothing.
    public var role: Role?
    /// Why they may do nothing, in a sentence for them.
    public var refusal: String

    public init(identity: ExternalIdentity, name: String?, role: Role?, refusal: String = "") {
        self.identity = identity
        self.name = name
        self.role = role
        self.refusal = refusal
    }
}

extension Accounts {
    /// Takes a try of the address, as a sign-in by password does, before a provider is asked. A sign-in gives it back.
    ///
    /// - Throws: tooMany.
    public func beginTry(address: String, relay: String? = nil) async throws(AccountsError) {
        try await takeAttempt(name: nil, networks: Self.networks(address, relay), address: address)
    }

    /// Signs in whom the provider vouches for. Their user is made at the first time, and has the provider's role from then on.
    ///
    /// - Throws: forbidden where they may do nothing here; refused where they are disabled; conflict where their name is somebody
    ///   else's; invalid where it is no name.
    public func signIn(_ account: ProvenAccount, address: String, relay: String? = nil) async throws(AccountsError) -> NewSession
    {
        guard let role = account.role else { throw await turnedAway(account, address: address) }
        let user = try await admitted(account, role: role, address: address)
        let session = try await begin(user, "by \(account.identity.issuer) from \(address)")
        giveAttemptBack(name: nil, networks: Self.networks(address, relay))
        return session
    }

    /// Records that somebody did not get in, of whom the provider proved nothing.
    public func noteRefusal(reason: String, address: String) async {
        await auditRefusal("unknown user", "from \(address): \(reason)")
    }

    private func admitted(_ account: ProvenAccount, role: Role, address: String) async throws(AccountsError) -> StoredUser {
        let identity = account.identity
        let admission: Admission
        do {
            let known = try await store.user(of: identity)
            let name = known?.name ?? account.name
            guard let name else {
                throw AccountsError(
                    .invalid,
                    "The provider does not tell what you are called: have an admin set web.openid_connect.name_claim to a claim that it"
                        + " sends, or ask for more scopes.")
            }
            if known == nil { try checkNew(name) }
            admission = try await store.admit(StoredUser(name: name, identity: identity, role: role, createdAt: now()))
        } catch let error as AccountsError { throw error } catch { throw AccountsError(.unavailable, "\(error)") }
        switch admission {
        case .known(let before, let after):
            if before.role != after.role {
                await audit(after.name, "change-user", "user \(after.name)", "\(after.role.rawValue), by \(identity.issuer)")
            }
            return after
        case .added(let user):
            await audit(user.name, "add-user", "user \(user.name)", "\(role.rawValue), of \(identity.issuer)")
            return user
        case .nameTaken:
            let name = account.name ?? ""
            await auditRefusal("user \(name)", "from \(address): \(identity.issuer) calls somebody else so")
            throw AccountsError(
                .conflict,
                "There is a user \(name) here already, who is not you for the provider, so you were not signed in. An admin can remove"
                    + " that user at /users, or have the provider call you otherwise.")
        case .disabled(let user):
            await auditRefusal("user \(user.name)", "from \(address): the user is disabled")
            throw AccountsError(.refused, "Your user here, \(user.name), is disabled: ask an admin.")
        }
    }

    private func checkNew(_ name: String) throws(AccountsError) {
        do throws(AccountsError) { try AccountName.check(user: name) } catch {
            throw AccountsError(
                .invalid,
                "The provider calls you so that you can't have a user here: \(error.message). Have an admin set"
                    + " web.openid_connect.name_claim to another claim, such as email.")
        }
    }

    /// Who has no role any more has no sessions either, and what else they have here is a viewer's at most.
    private func turnedAway(_ account: ProvenAccount, address: String) async -> AccountsError {
        do throws(StoreError) {
            let user = try await store.user(of: account.identity)
            await auditRefusal(user.map { "user \($0.name)" } ?? "unknown user", "from \(address): \(account.refusal)")
            guard let user else { return AccountsError(.forbidden, account.refusal) }
            try await store.endSessions(ofUser: user.id)
            let changed = try await store.changeUser(user.id) { $0.role = .viewer }
            if let changed, changed.before.role != changed.after.role {
                await audit(
                    user.name, "change-user", "user \(user.name)", "viewer, since \(account.identity.issuer) gives no role")
            }
            return AccountsError(.forbidden, account.refusal)
        } catch {
            return AccountsError(error)
        }
    }
}
