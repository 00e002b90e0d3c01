internal import GRDB

#if canImport(Glibc)
    internal import Glibc
#endif

extension Store {
    /// Opens the database, makes it where there is none, and brings it to this version's schema.
    ///
    /// - Throws: `StoreError`; of kind `newerDatabase` where a later version has changed the schema: nothing is touched then.
    public static func open(at path: String) throws(StoreError) -> Store {
        try open(at: path, configuration: configuration())
    }

    static func open(at path: String, configuration: Configuration) throws(StoreError) -> Store {
        let purpose = "open the database"
        keepFromOthers(path)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                let unknown = try Schema.migrator.appliedIdentifiers(database).subtracting(Schema.migrator.migrations)
                guard unknown.isEmpty else { throw newerDatabase(unknown: unknown, at: path) }
            }
            try Schema.migrator.migrate(pool)
            return Store(path: path, pool: pool)
        } catch {
            throw StoreError(error, while: purpose, at: path)
        }
    }

    /// A new file is made for its owner only: it will hold payloads of private repositories. SQLite gives the files beside
    /// it the same permissions. Where this fails, opening fails too and says why.
    private static func keepFromOthers(_ path: String) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    private static func newerDatabase(unknown: Set<String>, at path: String) -> StoreError {
        let steps = unknown.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        return StoreError(
            kind: .newerDatabase, purpose: "open the database", path: path,
            cause: "it was changed by a later version of Slipway, this one does not know the schema step \(steps)",
            remedy: StoreError.Kind.newerDatabase.remedy)
    }

    /// Few readers and small caches: the pages are in the kernel's cache anyway, and an idle daemon is to be small.
    /// No memory mapping: an error of the disk would be a signal that ends the process rather than an error.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "slipway.store"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            if database.configuration.readonly {
                try database.execute(sql: "PRAGMA cache_size = -256")
            } else {
                try database.execute(
                    // The vacuum is heeded before there is a table, and then kept by the file.
                    sql: """
                        PRAGMA auto_vacuum = INCREMENTAL;
                        PRAGMA cache_size = -1024;
                        PRAGMA synchronous = NORMAL;
                        PRAGMA journal_size_limit = 16777216;
                        """)
            }
        }
        return configuration
    }
}
