extension Store {
    /// Durable.
    ///
    /// - Returns: the user with its id; nil where the name, or the provider's identity, is somebody's.
    public func addUser(_ user: StoredUser) async throws(StoreError) -> StoredUser? {
        try await write("add the user \(user.name)", durability: .immediate) { database, _ in
            if try UsersTable.user(named: user.name, database) != nil { return nil }
            if let identity = user.identity, try UsersTable.user(identity, database) != nil { return nil }
            var added = user
            added.id = try UsersTable.insert(user, database)
            return added
        }
    }

    /// Durable. What is changed must hold at once: unless `keepsSessions`, everybody who is signed in as the user no longer is.
    ///
    /// - Returns: whether there is such a user.
    public func updateUser(_ user: StoredUser, keepsSessions: Bool = false) async throws(StoreError) -> Bool {
        try await write("change the user \(user.name)", durability: .immediate) { database, _ in
            if !keepsSessions { try SessionsTable.remove(ofUser: user.id, database) }
            return try UsersTable.update(user, database)
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

    public func user(_ identity: ProviderIdentity) async throws(StoreError) -> StoredUser? {
        try await read("read a user") { database in try UsersTable.user(identity, database) }
    }

    /// By name.
    public func users() async throws(StoreError) -> [StoredUser] {
        try await read("read the users") { database in try UsersTable.all(database) }
    }

    public func hasUsers() async throws(StoreError) -> Bool {
        try await read("look for users") { database in try !UsersTable.isEmpty(database) }
    }
}
