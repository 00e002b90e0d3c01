internal import GRDB

/// Everything that Slipway must still know after a restart, in one SQLite file.
///
/// The store has no rules of its own beside those that need a transaction: deliveries and pushes are taken once, a job's
/// journal is applied once, ids never come again. Each function is one transaction; reads see one moment of the database
/// and run beside a write. One process at a time writes.
///
/// What was acknowledged survives a crash of the process always, and a crash of the machine where a function says
/// *durable*; the rest may lose its last moments then, and is made good from the journals of the jobs.
///
/// Every function throws `StoreError`. A cancelled task ends a read; a write is carried out and told as it ended.
public final class Store: Sendable {
    /// Tells what has changed, after it was committed.
    public let changes = StoreChanges()
    /// The database file.
    public let path: String

    private let pool: DatabasePool

    init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// When a transaction is known to be on the disk.
    enum Durability {
        /// Before the function returns.
        case immediate
        /// At the next checkpoint, or with the next durable transaction.
        case eventual
    }

    /// Gives memory back that a burst of queries has left in caches. Costs the next reads some tenths of a millisecond.
    public func releaseMemory() {
        pool.releaseMemoryEventually()
    }

    /// - Parameter purpose: what is being done, as it reads after "can't".
    func read<Value: Sendable>(
        _ purpose: String, _ query: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read(query)
        } catch {
            throw StoreError(error, while: purpose, at: path)
        }
    }

    /// One transaction. Its changes are told after the commit, in the order of the commits.
    func write<Value: Sendable>(
        _ purpose: String, durability: Durability = .eventual,
        _ update: @escaping @Sendable (Database, inout [StoreChange]) throws -> Value
    ) async throws(StoreError) -> Value {
        let outcome: Result<Value, any Error> = await withCheckedContinuation { continuation in
            // The callback form, since the other one is undone by the caller's cancellation: a daemon that is told to stop
            // would lose the last words of its jobs.
            pool.asyncWriteWithoutTransaction { [changes] database in
                let outcome = Result { try Self.transact(database, durability, update) }
                if case .success(let (_, told)) = outcome { changes.publish(told) }
                continuation.resume(returning: outcome.map { $0.value })
            }
        }
        do {
            return try outcome.get()
        } catch {
            throw StoreError(error, while: purpose, at: path)
        }
    }

    private static func transact<Value>(
        _ database: Database, _ durability: Durability,
        _ update: (Database, inout [StoreChange]) throws -> Value
    ) throws -> (value: Value, told: [StoreChange]) {
        // SQLite heeds a change of `synchronous` only outside a transaction.
        if case .immediate = durability { try database.execute(sql: "PRAGMA synchronous = FULL") }
        defer {
            // Should this fail, the next transactions are safer and slower than they need be.
            if case .immediate = durability { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
        }
        var told: [StoreChange] = []
        var value: Value?
        try database.inTransaction(.immediate) {
            value = try update(database, &told)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT, message: "the transaction did not run") }
        return (value, told)
    }
}
