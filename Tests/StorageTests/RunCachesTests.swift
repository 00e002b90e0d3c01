import Execution
import Foundation
import Plan
import Testing

@testable import Storage

struct RunCachesTests {
    @Test("a key is found exactly, else the newest that begins with it, else by the restore keys in their order")
    func keys() throws {
        let folder = StorageFolder()
        let caches = folder.caches()
        for key in ["pip-a-1", "pip-a-2", "pip-b-1", "npm-1"] { try caches.store("x", key: key) }
        func found(_ key: String, _ restore: String...) throws -> String? {
            try caches.find(key: key, restoreKeys: restore, version: "1")?.key
        }
        #expect(try found("pip-a-1") == "pip-a-1")
        #expect(try found("pip-a") == "pip-a-2")
        #expect(try found("pip-c", "pip-a-", "pip-") == "pip-a-2")
        #expect(try found("pip-c", "pip-d", "pip-") == "pip-b-1")
        #expect(try found("pip-c", "go-") == nil)
        #expect(try caches.find(key: "pip-a-1", version: "2") == nil)
    }

    @Test("the own ref comes before the base branch, that before the default branch; other branches are not looked at")
    func scopes() throws {
        let folder = StorageFolder()
        let pull = folder.storage(ref: "refs/pull/7/merge", base: "release")
        try folder.caches().store("main", key: "k-main")
        try folder.caches(folder.storage(ref: "refs/heads/other")).store("other", key: "k-other")
        #expect(try folder.caches(pull).find(key: "k", version: "1")?.key == "k-main")
        try folder.caches(folder.storage(ref: "refs/heads/release")).store("release", key: "k-release")
        #expect(try folder.caches(pull).find(key: "k", version: "1")?.key == "k-release")
        try folder.caches(pull).store("own", key: "k-own")
        #expect(try folder.caches(pull).find(key: "k", version: "1")?.key == "k-own")
        #expect(try folder.caches().find(key: "k-own", version: "1") == nil)
        #expect(try folder.caches(pull, defaultBranch: nil).find(key: "k-main", version: "1") == nil)
    }

    @Test("a stranger's run reads trusted caches, and what it writes no trusted run ever finds")
    func trust() throws {
        let folder = StorageFolder()
        let stranger = folder.caches(folder.storage(ref: "refs/pull/9/merge", base: "main", isUntrusted: true))
        try folder.caches().store("good", key: "k-1")
        #expect(try stranger.find(key: "k", version: "1")?.key == "k-1")
        try stranger.store("evil", key: "k-2")
        #expect(try stranger.find(key: "k-2", version: "1")?.key == "k-2")
        for ref in ["refs/pull/9/merge", "refs/heads/main"] {
            let trusted = folder.caches(folder.storage(ref: ref, base: "main"))
            #expect(try trusted.find(key: "k-2", version: "1") == nil)
            #expect(try trusted.find(key: "k", version: "1")?.key == "k-1")
        }
        // Also where its ref is that of a trusted branch.
        try folder.caches(folder.storage(isUntrusted: true)).store("evil", key: "k-3")
        #expect(try folder.caches().find(key: "k-3", version: "1") == nil)
        #expect(
            try folder.caches(folder.storage(ref: "refs/pull/8/merge", isUntrusted: true)).find(key: "k-2", version: "1") == nil)
    }

    @Test("a key is written once for a scope and version")
    func once() throws {
        let folder = StorageFolder()
        let caches = folder.caches()
        try caches.store("1", key: "k")
        let error = #expect(throws: StorageError.self) { try caches.store("2", key: "k") }
        #expect(error?.kind == .exists)
        #expect(caches.exists(key: "k", version: "1"))
        try caches.store("2", key: "k", version: "2")
        try folder.caches(folder.storage(ref: "refs/heads/b")).store("2", key: "k")
    }

    @Test("what was not used for the longest time goes where room is needed, and strangers push out only each other")
    func quota() throws {
        let folder = StorageFolder()
        let limits = folder.storage(limits: .init(cacheBytes: 10, untrustedCacheBytes: 4))
        let caches = folder.caches(limits)
        for key in ["a", "b", "c"] {
            try caches.store("123", key: key)
            folder.advance(days: 1)
        }
        let a = try #require(try caches.find(key: "a", version: "1"))
        _ = try caches.open(a)
        folder.advance(days: 1)
        #expect(try caches.store("1234", key: "d").removed.map(\.key) == ["b"])
        #expect(try caches.find(key: "b", version: "1") == nil)
        let stranger = folder.caches(
            folder.storage(ref: "refs/pull/1/merge", isUntrusted: true, limits: .init(cacheBytes: 10, untrustedCacheBytes: 4)))
        try stranger.store("1234", key: "x")
        #expect(try stranger.store("1234", key: "y").removed.map(\.key) == ["x"])
        #expect(try ["a", "c", "d"].allSatisfy { try caches.find(key: $0, version: "1") != nil })
        #expect(throws: (any Error).self) { try caches.store("12345678901", key: "large") }
    }

    @Test("what was not used for days goes")
    func age() throws {
        let folder = StorageFolder()
        let caches = folder.caches()
        try caches.store("1", key: "old")
        folder.advance(days: 10)
        try caches.store("2", key: "new")
        let shelf = CacheShelf(folder: folder.folders.cache(of: "team/app"))
        try shelf.tidy(.init(unusedSince: folder.now.addingTimeInterval(-5 * 86_400), bytes: 100, untrustedBytes: 100))
        #expect(shelf.entries().map(\.key) == ["new"])
        try shelf.tidy(.init(unusedSince: .distantPast, bytes: 0, untrustedBytes: 0))
        #expect(shelf.entries().isEmpty)
    }

    @Test("an entry that changed on the disk is a miss from then on")
    func damage() throws {
        let folder = StorageFolder()
        let caches = folder.caches()
        let entry = try caches.store("some bytes", key: "k").entry
        try Data("other byte".utf8).write(
            to: URL(fileURLWithPath: "\(folder.folders.cache(of: "team/app"))/trusted/\(entry.id)/content"))
        let error = #expect(throws: StorageError.self) { try caches.open(entry) }
        #expect(error?.kind == .damaged)
        #expect(try caches.find(key: "k", version: "1") == nil)
    }

    @Test("keys that GitHub refuses are refused", arguments: ["", "a,b", String(repeating: "k", count: 513)])
    func badKeys(key: String) throws {
        let error = #expect(throws: StorageError.self) { try StorageFolder().caches().store("x", key: key) }
        #expect(error?.kind == .invalid)
    }

    @Test("repositories whose names are folders of each other don't share anything")
    func repositories() throws {
        let folder = StorageFolder()
        try folder.caches(folder.storage(repository: "team")).store("x", key: "k")
        #expect(try folder.caches(folder.storage(repository: "team/trusted")).find(key: "k", version: "1") == nil)
        let inner = CacheShelf(folder: folder.folders.cache(of: "team/trusted"))
        #expect(inner.entries().isEmpty)
    }
}
