internal import FoundationEssentials
public import Plan
public import Store

extension Accounts {
    private static let shortestPassword = 12

    public func users() async throws(AccountsError) -> [StoredUser] {
        do throws(StoreError) { return try await store.users() } catch { throw AccountsError(error) }
    }

    /// - Throws: not found.
    public func user(named name: String) async throws(AccountsError) -> StoredUser {
        let user: StoredUser?
        do throws(StoreError) { user = try await store.user(named: name) } catch { throw AccountsError(error) }
        guard let user else { throw AccountsError(.notFound, "There is no user \(name).") }
        return user
    }

    /// - Parameter password: nil: they can't sign in by one.
    public func addUser(
        named name: String, password: String?, role: Role, teams: Set<String>, by actor: Actor
    ) async throws(AccountsError) -> StoredUser {
        try AccountName.check(user: name)
        for team in teams { try AccountName.check(team: team) }
        let hash = try await hash(password, of: name)
        let user = StoredUser(name: name, passwordHash: hash, role: role, teams: teams, createdAt: now())
        let added: StoredUser?
        do throws(StoreError) { added = try await store.addUser(user) } catch { throw AccountsError(error) }
        guard let added else { throw AccountsError(.conflict, "There is a user \(name) already.") }
        await audit(actor.name, "add-user", "user \(name)", Self.text(role, teams))
        return added
    }

    /// What is nil stays as it is. All of it is done, or nothing. A new password, and disabling, end all of the user's sessions; a
    /// new role holds from the next request on.
    public func change(
        user name: String, role: Role? = nil, teams: Set<String>? = nil, isDisabled: Bool? = nil, password: String? = nil,
        by actor: Actor
    ) async throws(AccountsError) -> StoredUser {
        for team in teams ?? [] { try AccountName.check(team: team) }
        let user = try await user(named: name)
        try Self.checkProvided(user, role: role, password: password)
        if isDisabled == true || (role.map { $0 < user.role } ?? false) { try checkOther(user, actor) }
        let hash = try await hash(password, of: user.name)
        let changed: (before: StoredUser, after: StoredUser)?
        do throws(StoreError) {
            changed = try await store.changeUser(user.id) { user in
                user.role = role ?? user.role
                user.teams = teams ?? user.teams
                user.isDisabled = isDisabled ?? user.isDisabled
                user.passwordHash = hash ?? user.passwordHash
            }
        } catch { throw AccountsError(error) }
        guard let (before, after) = changed else { throw AccountsError(.notFound, "There is no user \(name) any more.") }
        if after.isDisabled != before.isDisabled {
            await audit(actor.name, after.isDisabled ? "disable-user" : "enable-user", "user \(after.name)")
        }
        if after.role != before.role || after.teams != before.teams {
            await audit(actor.name, "change-user", "user \(after.name)", Self.text(after.role, after.teams))
        }
        if hash != nil { await audit(actor.name, "set-password", "user \(after.name)") }
        return after
    }

    /// What a user does themselves: ends their sessions as well, that in which it is done too.
    ///
    /// - Throws: refused where `old` is not the password there is.
    public func changePassword(
        ofUser name: String, from old: String, to password: String, address: String, relay: String? = nil
    ) async throws(AccountsError) {
        // Checked as at the sign-in, with its bounds: a browser that was left open is no proof.
        let user = try await authenticate(name: name, password: old, address: address, relay: relay)
        _ = try await change(user: user.name, password: password, by: user.actor)
    }

    /// With their sessions and tokens.
    public func remove(user name: String, by actor: Actor) async throws(AccountsError) {
        let user = try await user(named: name)
        try checkOther(user, actor)
        do throws(StoreError) { _ = try await store.removeUser(user.id) } catch { throw AccountsError(error) }
        await audit(actor.name, "remove-user", "user \(user.name)")
    }

    /// Whoever locks themselves out can't undo it. On the operator socket nobody is locked out.
    private func checkOther(_ user: StoredUser, _ actor: Actor) throws(AccountsError) {
        guard actor.proof != .socket, actor.account.lowercased() == user.name.lowercased() else { return }
        throw AccountsError(
            .conflict, "That would take your own rights: have another admin do it, or use \"sudo slipway user\" on the host.")
    }

    /// What the provider says of somebody is not changed here, where the next sign-in would undo it, or go around it.
    private static func checkProvided(_ user: StoredUser, role: Role?, password: String?) throws(AccountsError) {
        guard let issuer = user.identity?.issuer else { return }
        if password != nil {
            throw AccountsError(.conflict, "\(user.name) signs in by \(issuer), and has no password here.")
        }
        guard role == nil || role == user.role else {
            throw AccountsError(
                .conflict,
                "\(user.name) has the role that \(issuer) gives at each sign-in: change their groups there, or"
                    + " web.openid_connect.roles. Disabling keeps them out at once.")
        }
    }

    private func hash(_ password: String?, of name: String) async throws(AccountsError) -> String? {
        guard let password else { return nil }
        guard password.count >= Self.shortestPassword, password.utf8.count <= 1024 else {
            throw AccountsError(.invalid, "A password has at least \(Self.shortestPassword) characters, and at most 1024 bytes.")
        }
        guard password.lowercased() != name.lowercased() else {
            throw AccountsError(.invalid, "A password is not the user's name.")
        }
        return try await passwords.run { try PasswordHash(of: password).description }
    }

    private static func text(_ role: Role, _ teams: Set<String>) -> String {
        teams.isEmpty ? role.rawValue : "\(role.rawValue), \(teams.sorted().joined(separator: ", "))"
    }
}
