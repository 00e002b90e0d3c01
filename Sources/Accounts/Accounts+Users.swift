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

    /// - Parameters:
    ///   - teams: nil: as they are.
    ///   - role: nil: as it is.
    public func change(
        user name: String, role: Role?, teams: Set<String>?, isDisabled: Bool?, by actor: Actor
    ) async throws(AccountsError) -> StoredUser {
        for team in teams ?? [] { try AccountName.check(team: team) }
        var user = try await user(named: name)
        let before = user
        user.role = role ?? user.role
        user.teams = teams ?? user.teams
        user.isDisabled = isDisabled ?? user.isDisabled
        guard user != before else { return user }
        if user.role < before.role || user.isDisabled { try checkOther(user, actor) }
        // A change of rights is of the next request: who is signed in stays so, unless they may not any more.
        try await update(user, keepsSessions: !user.isDisabled)
        if user.isDisabled != before.isDisabled {
            await audit(actor.name, user.isDisabled ? "disable-user" : "enable-user", "user \(user.name)")
        }
        if user.role != before.role || user.teams != before.teams {
            await audit(actor.name, "change-user", "user \(user.name)", Self.text(user.role, user.teams))
        }
        return user
    }

    /// Ends all of the user's sessions.
    public func setPassword(ofUser name: String, to password: String, by actor: Actor) async throws(AccountsError) {
        var user = try await user(named: name)
        user.passwordHash = try await hash(password, of: user.name)
        try await update(user, keepsSessions: false)
        await audit(actor.name, "set-password", "user \(user.name)")
    }

    /// What a user does themselves: ends their sessions as well, that in which it is done too.
    ///
    /// - Throws: refused where `old` is not the password there is.
    public func changePassword(
        ofUser name: String, from old: String, to password: String, address: String
    ) async throws(AccountsError) {
        // Checked as at the sign-in, with its bounds: a browser that was left open is no proof.
        let user = try await authenticate(name: name, password: old, address: address)
        try await setPassword(ofUser: user.name, to: password, by: user.actor)
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

    func update(_ user: StoredUser, keepsSessions: Bool) async throws(AccountsError) {
        do {
            guard try await store.updateUser(user, keepsSessions: keepsSessions) else {
                throw AccountsError(.notFound, "There is no user \(user.name) any more.")
            }
        } catch let error as AccountsError { throw error } catch { throw AccountsError(.unavailable, "\(error)") }
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
