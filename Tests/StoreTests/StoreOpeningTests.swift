import Foundation
import GRDB
import Plan
import Testing

@testable import Store

@Suite struct StoreOpeningTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("what was stored is there after the database is opened again")
    func reopening() async throws {
        let state = try await folder.open().addRun()
        let reopened = try folder.open()
        #expect(try await reopened.runState(state.run.id) == state)
    }

    @Test("a database that a later version has changed is refused and left alone")
    func newer() async throws {
        _ = try folder.open()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('steps of tomorrow')") }
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.kind == .newerDatabase)
        #expect(
            error?.description == """
                can't open the database: it was changed by a later version of Slipway, this one does not know the schema \
                step "steps of tomorrow" (database \(folder.database)); start the version of Slipway that wrote it, or a \
                later one
                """)
        let steps = try await queue.read { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations") }
        #expect(steps.contains("steps of tomorrow"))
    }

    @Test("a file that is no database is called damaged")
    func garbage() throws {
        try Data(repeating: 0x2a, count: 8192).write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.kind == .damaged)
        #expect(error?.path == folder.database)
    }

    @Test("a folder that does not exist is told as such")
    func missingFolder() throws {
        let error = #expect(throws: StoreError.self) { try Store.open(at: "\(folder.path)/none/slipway.db") }
        #expect(error?.kind == .notWritable)
    }

    @Test("a row that says what this version never wrote is told with its table")
    func oddRow() async throws {
        let state = try await folder.open().addRun()
        let store = try folder.open()
        try await store.write("spoil") { database, _ in try database.execute(sql: "UPDATE runs SET status = 'odd'") }
        let error = await #expect(throws: StoreError.self) { try await store.run(state.run.id) }
        #expect(error?.kind == .damaged)
        #expect(error?.cause == "table runs: \"odd\" is no Status")
    }

    @Test("the jobs of a database from before calls stand in the order in which their keys came")
    func placesOfOldJobs() async throws {
        let pool = try DatabasePool(path: folder.database)
        try Schema.migrator.migrate(pool, upTo: "since when remotes fail")
        try await pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO events(id, repository, name, source, ref, commit_id, actor, is_untrusted, received_at, settled,
                        skipped, inputs, payload) VALUES (1, 'app', 'push', 'poll', 'r', 'c', 'a', 0, 0, 1, '[]', '{}', '{}');
                    INSERT INTO runs(id, event_id, number, repository, workflow, workflow_path, title, event, ref, commit_id, actor,
                        attempt, status, created_at, diagnostics)
                        VALUES (3, 1, 1, 'app', 'CI', 'ci.yml', 't', 'push', 'r', 'c', 'a', 1, 'queued', 0, '[]');
                    """)
            for (id, key, cell) in [(11, "build", 0), (12, "test", 0), (13, "deploy", 0), (14, "test", 1)] {
                try database.execute(
                    sql: """
                        INSERT INTO jobs(id, run_id, key, name, attempt, cell_index, cell_count, needs, status, created_at, outputs,
                            continues_on_error, cancel_requested) VALUES (?, 3, ?, ?, 1, ?, 2, '[]', 'queued', 0, '{}', 0, 0)
                        """, arguments: [id, key, key, cell])
            }
        }
        try pool.close()
        let jobs = try await folder.open().jobs(ofRun: 3)
        #expect(jobs.map(\.id) == [11, 12, 14, 13])
        #expect(jobs.allSatisfy { $0.callerID == nil && $0.claims.isEmpty && $0.callInputs == nil })
    }

    @Test("a new database is for its owner only")
    func permissions() throws {
        let store = try folder.open()
        for path in [store.path, store.path + "-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test("a full disk undoes only what was being written, and the store goes on when there is room")
    func fullDisk() async throws {
        var configuration = Store.configuration()
        configuration.prepareDatabase { database in
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA max_page_count = 120") }
        }
        let store = try Store.open(at: folder.database, configuration: configuration)
        let large = WebhookDelivery(
            forge: "github", deliveryID: "large", eventName: "push", repository: "app",
            body: [UInt8](repeating: 1, count: 1_000_000), receivedAt: Example.date)
        let kept = try await store.addRun()
        let error = await #expect(throws: StoreError.self) { try await store.receive(large) }
        #expect(error?.kind == .diskFull)
        #expect(try await store.pendingDeliveries(of: "app", limit: 10).isEmpty)
        #expect(try await store.runState(kept.run.id) == kept)
        let small = WebhookDelivery(
            forge: "github", deliveryID: "small", eventName: "push", repository: "app", body: [1],
            receivedAt: Example.date)
        #expect(try await store.receive(small) == .stored(id: 1))
    }
}
