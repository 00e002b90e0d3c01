public import FoundationEssentials

extension Store {
    /// Keeps that a user signed in.
    ///
    /// - Parameters:
    ///   - digest: of what the browser has.
    ///   - user: as they were when they proved who they are.
    /// - Returns: false where they were disabled, removed or got another password since.
    public func beginSession(_ digest: [UInt8], user: StoredUser, at date: Date) async throws(StoreError) -> Bool {
        try await write("begin a session") { database, _ in
            guard let now = try UsersTable.user(user.id, database), !now.isDisabled, now.passwordHash == user.passwordHash else {
                return false
            }
            try SessionsTable.insert(digest, user: user.id, at: date, database)
            try UsersTable.signedIn(user.id, at: date, database)
            return true
        }
    }

    public func session(_ digest: [UInt8]) async throws(StoreError) -> StoredSession? {
        try await read("read a session") { database in try SessionsTable.session(digest, database) }
    }

    public func noteUse(ofSession digest: [UInt8], at date: Date) async throws(StoreError) {
        try await write("note the use of a session") { database, _ in try SessionsTable.used(digest, at: date, database) }
    }

    /// Durable: who signed out stays so.
    public func endSession(_ digest: [UInt8]) async throws(StoreError) {
        try await write("end a session", durability: .immediate) { database, _ in try SessionsTable.remove(digest, database) }
    }

    /// Durable.
    public func endSessions(ofUser id: Int64) async throws(StoreError) {
        try await write("end the sessions of a user", durability: .immediate) { database, _ in
            try SessionsTable.remove(ofUser: id, database)
        }
    }

    public func removeSessions(unusedSince date: Date) async throws(StoreError) {
        try await write("remove old sessions") { database, _ in try SessionsTable.prune(unusedSince: date, database) }
    }
}
