import Foundation
import Plan
import Store
import Testing

struct ActionLockTests {
    static func entry(_ repository: String = "team/say", _ reference: String = "v1", commit: Int = 1) -> LockedReference {
        LockedReference(
            repository: repository, reference: reference, kind: .tag, commit: Example.commit(commit), resolvedAt: Example.date,
            checkedAt: Example.date, current: nil)
    }

    @Test("a reference has one entry, the newest, which a new start of the daemon finds")
    func entries() async throws {
        let folder = try StoreFolder()
        var newer = Self.entry(commit: 2)
        newer.kind = .branch
        newer.current = Example.commit(3)
        newer.checkedAt = Example.date + 5
        do {
            let store = try folder.open()
            for entry in [Self.entry("team/say", "v2"), Self.entry(), Self.entry("a/b"), newer] {
                try await store.keepLock(entry)
            }
        }
        let store = try folder.open()
        #expect(try await store.lockedReference("v1", of: "team/say") == newer)
        #expect(try await store.lockedReference("V1", of: "team/say") == nil)
        #expect(try await store.lockedReferences() == [Self.entry("a/b"), newer, Self.entry("team/say", "v2")])
        #expect(try await store.lockedReferences(of: "a/b") == [Self.entry("a/b")])
    }
}
