import Foundation
import Testing

@testable import Store

@Suite struct AuditFilterTests {
    private static func filled(_ folder: StoreFolder) async throws -> Store {
        let store = try folder.open()
        let rows = [
            ("anna", "cancel-run", "run 1"), ("ben", "rerun-run", "run 1"), ("anna", "rerun-run", "run 2"),
            ("anna", "set-secret", "secret A"),
        ]
        for (index, row) in rows.enumerated() {
            try await store.audit(
                AuditEntry(
                    at: Example.date.addingTimeInterval(Double(index) * 3600), actor: row.0, action: row.1, subject: row.2))
        }
        return store
    }

    @Test(
        "everything that is given must hold",
        arguments: [
            (AuditFilter(actor: "anna"), [4, 3, 1]), (AuditFilter(actor: "anna", action: "rerun-run"), [3]),
            (AuditFilter(subject: "run 1"), [2, 1]), (AuditFilter(action: "rerun-run"), [3, 2]),
            (AuditFilter(from: Example.date.addingTimeInterval(3600), to: Example.date.addingTimeInterval(7200)), [2]),
            (AuditFilter(from: Example.date.addingTimeInterval(90_000)), []), (AuditFilter(actor: "eve"), []),
        ] as [(AuditFilter, [Int64])])
    func filters(filter: AuditFilter, expected: [Int64]) async throws {
        let folder = try StoreFolder()
        let page = try await Self.filled(folder).auditPage(filter)
        #expect(page.entries.map(\.id) == expected)
        #expect(page.next == nil)
    }

    @Test("pages follow each other, and the actions are known by name")
    func pages() async throws {
        let folder = try StoreFolder()
        let store = try await Self.filled(folder)
        let first = try await store.auditPage(AuditFilter(actor: "anna", limit: 2))
        #expect(first.entries.map(\.id) == [4, 3] && first.next == 3)
        #expect(try await store.auditPage(AuditFilter(actor: "anna", limit: 2, before: first.next)).entries.map(\.id) == [1])
        #expect(try await store.auditedActions() == ["cancel-run", "rerun-run", "set-secret"])
    }
}
