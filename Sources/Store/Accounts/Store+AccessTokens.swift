public import FoundationEssentials

extension Store {
    /// Durable.
    ///
    /// - Parameter digest: of what the program has.
    /// - Returns: the token with its id.
    public func addToken(_ token: StoredToken, digest: [UInt8]) async throws(StoreError) -> StoredToken {
        try await write("add the token \(token.name)", durability: .immediate) { database, _ in
            var added = token
            added.id = try AccessTokensTable.insert(token, digest: digest, database)
            return added
        }
    }

    /// A token and its owner, also where it is not good any more.
    public func token(digest: [UInt8]) async throws(StoreError) -> (token: StoredToken, owner: StoredUser)? {
        try await read("read a token") { database in try AccessTokensTable.token(digest: digest, database) }
    }

    public func token(_ id: Int64) async throws(StoreError) -> StoredToken? {
        try await read("read a token") { database in try AccessTokensTable.token(id, database) }
    }

    /// In the order in which they were made.
    public func tokens(ofUser id: Int64) async throws(StoreError) -> [StoredToken] {
        try await read("read the tokens of a user") { database in try AccessTokensTable.all(ofUser: id, database) }
    }

    public func noteUse(ofToken id: Int64, at date: Date) async throws(StoreError) {
        try await write("note the use of a token") { database, _ in try AccessTokensTable.used(id, at: date, database) }
    }

    /// Durable.
    public func revokeToken(_ id: Int64, at date: Date) async throws(StoreError) {
        try await write("revoke a token", durability: .immediate) { database, _ in
            try AccessTokensTable.revoke(id, at: date, database)
        }
    }
}
