extension Store {
    /// Durable.
    ///
    /// - Returns: the user with its id; nil where the name is somebody's.
    public func addUser(_ user: StoredUser) async throws(StoreError) -> StoredUser? {
        try await write("add the user \(user.name)", durability: .immediate) { database, _ in
            if try UsersTable.user(named: user.name, database) != nil { return nil }
            var added = user
            added.id = try UsersTable.insert(user, database)
            return added
        }
    }

    /// Changes a user as they are at that moment, so that two changes at the same time both hold. Durable. Who was disabled or got
    /// another password is not signed in any more.
    ///
    /// - Returns: the user before and after; nil where there is none.
    public func changeUser(
        _ id: Int64, _ change: @escaping @Sendable (inout StoredUser) -> Void
    ) async throws(StoreError) -> (before: StoredUser, after: StoredUser)? {
        try await write("change a user", durability: .immediate) { database, _ in
            guard let before = try UsersTable.user(id, database) else { return nil }
            var after = before
            change(&after)
            if after.isDisabled || after.passwordHash != before.passwordHash {
                try SessionsTable.remove(ofUser: id, database)
            }
            try UsersTable.update(after, database)
            return (before, after)
        }
    }

    /// With all sessions and tokens. Durable.
    ///
    /// - Returns: whether there was one.
    public func removeUser(_ id: Int64) async throws(StoreError) -> Bool {
        try await write("remove a user", durability: .immediate) { database, _ in try UsersTable.remove(id, database) }
    }

    /// - Parameter name: in any case.
    public func user(named name: String) async throws(StoreError) -> StoredUser? {
        try await read("read the user \(name)") { database in try UsersTable.user(named: name, database) }
    }

    public func user(_ id: Int64) async throws(StoreError) -> StoredUser? {
        try await read("read a user") { database in try UsersTable.user(id, database) }
    }

    /// By name.
    public func users() async throws(StoreError) -> [StoredUser] {
        try await read("read the users") { database in try UsersTable.all(database) }
    }

    public func hasUsers() async throws(StoreError) -> Bool {
        try await read("look for users") { database in try !UsersTable.isEmpty(database) }
    }

    public func user(of identity: ExternalIdentity) async throws(StoreError) -> StoredUser? {
        try await read("read a user") { database in try UsersTable.user(of: identity, database) }
    }

    /// Takes in whom a provider vouches for: the user who was made for them before, now with the role of `user`, or a new one. Durable.
    ///
    /// - Parameter user: with an identity; all but identity and role only count where they are new.
    public func admit(_ user: StoredUser) async throws(StoreError) -> Admission {
        try await write("admit the user \(user.name)", durability: .immediate) { database, _ in
            if let identity = user.identity, let before = try UsersTable.user(of: identity, database) {
                guard !before.isDisabled else { return .disabled(before) }
                var after = before
                after.role = user.role
                if after != before { try UsersTable.update(after, database) }
                return .known(before: before, after: after)
            }
            if try UsersTable.user(named: user.name, database) != nil { return .nameTaken }
            var added = user
            added.id = try UsersTable.insert(user, database)
            return .added(added)
        }
    }
}

/// What became of somebody whom a provider vouches for.
public enum Admission: Equatable, Sendable {
    case known(before: StoredUser, after: StoredUser)
    case added(StoredUser)
    /// Somebody else here is called so.
    case nameTaken
    case disabled(StoredUser)
}
