internal import GRDB

extension Store {
    /// Adds to the audit trail. The entry's id is given by the store.
    public func audit(_ entry: AuditEntry) async throws(StoreError) {
        try await write("record \(entry.action) in the audit trail") { database, _ in
            try AuditTable.insert(entry, database)
        }
    }

    /// The part of the audit trail that a filter leaves, newest first.
    public func auditPage(_ filter: AuditFilter) async throws(StoreError) -> AuditEntries {
        try await read("read the audit trail") { database in try AuditTable.page(filter, database) }
    }

    /// The actions that the audit trail has, by name.
    public func auditedActions() async throws(StoreError) -> [String] {
        try await read("read what was audited") { database in try AuditTable.actions(database) }
    }

    /// Stores a secret, in the place of one of the same scope and name. Durable.
    public func setSecret(_ secret: SealedSecret) async throws(StoreError) {
        try await write("store secret \(secret.name)", durability: .immediate) { database, _ in
            try SecretsTable.set(secret, database)
        }
    }

    /// - Returns: whether there was one.
    public func removeSecret(_ name: String, scope: String) async throws(StoreError) -> Bool {
        try await write("remove secret \(name)", durability: .immediate) { database, _ in
            try SecretsTable.remove(name, in: scope, database)
        }
    }

    /// Secrets by name.
    ///
    /// - Parameter scope: a repository's name, or empty for those of all repositories. Nil: every secret, by scope.
    public func secrets(scope: String? = nil) async throws(StoreError) -> [SealedSecret] {
        try await read("read the secrets") { database in
            let scopes = if let scope { [scope] } else { try SecretsTable.scopes(database) }
            return try scopes.flatMap { try SecretsTable.all(in: $0, database) }
        }
    }

    /// The secrets that jobs of a repository may use, by name: its own, and those of all repositories where it has none of
    /// the same name.
    public func secrets(usableBy repository: String) async throws(StoreError) -> [SealedSecret] {
        try await read("read the secrets of \(repository)") { database in
            var secrets: [String: SealedSecret] = [:]
            for scope in ["", repository] {
                for secret in try SecretsTable.all(in: scope, database) { secrets[secret.name.lowercased()] = secret }
            }
            return secrets.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    public func statistics() async throws(StoreError) -> StoreStatistics {
        try await read("count runs and jobs") { database in try StoreStatistics(of: database) }
    }
}

extension StoreStatistics {
    init(of database: Database) throws {
        let pages: Int64 = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let pageSize: Int64 = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        self.init(
            unfinishedRuns: try CompletionsTable.unfinished(in: "runs", database),
            unfinishedJobs: try CompletionsTable.unfinished(in: "jobs", database),
            completedRuns: try CompletionsTable.counts(of: "run", database),
            completedJobs: try CompletionsTable.counts(of: "job", database),
            pendingDeliveries: try DeliveriesTable.pendingCount(database), databaseBytes: pages * pageSize)
    }
}
