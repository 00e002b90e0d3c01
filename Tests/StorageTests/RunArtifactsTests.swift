import Execution
import Foundation
import Plan
import Signing
import Testing

@testable import Storage

struct RunArtifactsTests {
    @Test("what was stored is found by its name, with its size and digest, until it expires")
    func storing() throws {
        let folder = StorageFolder()
        let artifacts = folder.artifacts()
        let stored = try artifacts.store("some bytes", as: .init(name: "model", retentionDays: 3)).artifact
        #expect(stored.size == 10)
        #expect(stored.digest == SHA256.hexadecimal("some bytes"))
        #expect(stored.expiresAt == folder.now.addingTimeInterval(3 * 86_400))
        #expect(try artifacts.artifacts() == [stored])
        #expect(try artifacts.text(stored) == "some bytes")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.root)/incoming").isEmpty)
        folder.advance(days: 4)
        #expect(try artifacts.artifacts() == [])
    }

    @Test("a name is given once in an attempt; overwrite replaces it under a new id")
    func names() throws {
        let folder = StorageFolder()
        let artifacts = folder.artifacts()
        let first = try artifacts.store("1", as: .init(name: "a")).artifact
        let error = #expect(throws: StorageError.self) { try artifacts.store("2", as: .init(name: "a")) }
        #expect(error?.kind == .exists)
        #expect(throws: StorageError.self) { try artifacts.check(.init(name: "a")) }
        let second = try artifacts.store("3", as: .init(name: "a", overwrites: true))
        #expect(second.replaced == [first])
        #expect(second.artifact.id > first.id)
        #expect(try artifacts.artifacts() == [second.artifact])
        #expect(throws: StorageError.self) { try artifacts.open(first) }
        try artifacts.store("4", as: .init(name: "A"))
    }

    @Test("a later attempt may use the name again, and the newest counts; those of earlier attempts stay to be had")
    func attempts() throws {
        let folder = StorageFolder()
        let first = folder.artifacts()
        try first.store("old", as: .init(name: "a"))
        let kept = try first.store("kept", as: .init(name: "b")).artifact
        let second = folder.artifacts(folder.storage(attempt: 2))
        let new = try second.store("new", as: .init(name: "a")).artifact
        #expect(try second.artifacts() == [new, kept])
    }

    @Test(
        "names that no file could have are refused",
        arguments: ["", "a/b", "..", ".", "a:b", "a\nb", "a\u{7}", String(repeating: "a", count: 300)])
    func badNames(name: String) throws {
        let error = #expect(throws: StorageError.self) { try StorageFolder().artifacts().store("x", as: .init(name: name)) }
        #expect(error?.kind == .invalid)
    }

    @Test("artifacts of another run of the repository can be read, those of another repository can't")
    func otherRuns() throws {
        let folder = StorageFolder()
        let theirs = try folder.artifacts(run: 1).store("x", as: .init(name: "a")).artifact
        #expect(try folder.artifacts(run: 2).artifacts(ofRun: 1) == [theirs])
        #expect(try folder.artifacts(run: 2).artifacts() == [])
        for (repository, run) in [("team/other", Int64(1)), ("team/app", 7)] {
            let error = #expect(throws: StorageError.self) {
                try folder.artifacts(folder.storage(repository: repository), run: 2).artifacts(ofRun: run)
            }
            #expect(error?.kind == .missing)
        }
        #expect(throws: StorageError.self) { try folder.artifacts(run: 2).remove(theirs) }
    }

    @Test("a trusted run reads nothing of an untrusted one, unless the settings allow it; the other way round it may")
    func trust() throws {
        let folder = StorageFolder()
        try folder.artifacts(folder.storage(isUntrusted: true), run: 1).store("x", as: .init(name: "a"))
        try folder.artifacts(run: 2).store("y", as: .init(name: "b"))
        let error = #expect(throws: StorageError.self) { try folder.artifacts(run: 2).artifacts(ofRun: 1) }
        #expect(error?.kind == .forbidden)
        #expect(try folder.artifacts(folder.storage(allowsUntrusted: true), run: 2).artifacts(ofRun: 1).count == 1)
        #expect(try folder.artifacts(folder.storage(isUntrusted: true), run: 3).artifacts(ofRun: 2).count == 1)
        #expect(try folder.artifacts(folder.storage(isUntrusted: true), run: 3).artifacts(ofRun: 1).count == 1)
    }

    @Test("all artifacts together stay within the limit, and a removed one makes room")
    func quota() throws {
        let folder = StorageFolder()
        let limits = folder.storage(limits: .init(artifactBytes: 10))
        let (one, two) = (folder.artifacts(limits, run: 1), folder.artifacts(limits, run: 2))
        let first = try one.store("123456", as: .init(name: "a")).artifact
        let error = #expect(throws: (any Error).self) { try two.store("123456", as: .init(name: "a")) }
        #expect("\(error as Any)".contains("4 bytes"))
        try two.store("1234", as: .init(name: "a"))
        let full = #expect(throws: StorageError.self) { try two.store("1", as: .init(name: "b")) }
        #expect(full?.kind == .full)
        #expect(full?.message.contains("artifacts.size") == true)
        try one.remove(first)
        try two.store("1", as: .init(name: "b"))
    }

    @Test("the count of bytes is put right by what is there")
    func recount() throws {
        let folder = StorageFolder()
        let limits = folder.storage(limits: .init(artifactBytes: 10))
        try folder.artifacts(limits, run: 1).store("12345678", as: .init(name: "a"))
        try FileManager.default.removeItem(atPath: folder.folders.run(1))
        let shelf = ArtifactShelf(runs: folder.folders.runs, ledger: folder.folders.storageLedger)
        try shelf.recount()
        try folder.artifacts(limits, run: 2).store("12345678", as: .init(name: "a"))
    }

    @Test("a file that changed on the disk is not given out")
    func damage() throws {
        let folder = StorageFolder()
        let artifacts = folder.artifacts()
        let stored = try artifacts.store("some bytes", as: .init(name: "a")).artifact
        try Data("other byte".utf8).write(to: URL(fileURLWithPath: artifacts.shelf.path(of: stored)))
        let error = #expect(throws: StorageError.self) { try artifacts.open(stored) }
        #expect(error?.kind == .damaged)
    }

    @Test("a ledger that was lost or is unreadable gives higher ids than before")
    func ledger() throws {
        let folder = StorageFolder()
        let before = try folder.artifacts().store("1", as: .init(name: "a")).artifact
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: folder.folders.storageLedger))
        let after = try folder.artifacts().store("1", as: .init(name: "b")).artifact
        #expect(after.id > before.id + 1_000_000)
        #expect(try folder.artifacts().store("1", as: .init(name: "c")).artifact.id == after.id + 1)
    }

    @Test("of many that store the same name at once, one succeeds; ids are never given twice")
    func race() async throws {
        let folder = StorageFolder()
        let outcomes = await withTaskGroup(of: (Int64?, Int64?).self) { group in
            for number in 0..<16 {
                group.addTask {
                    let artifacts = folder.artifacts()
                    let same = try? artifacts.store("\(number)", as: .init(name: "same")).artifact.id
                    return (same, try? artifacts.store("\(number)", as: .init(name: "own \(number)")).artifact.id)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.compactMap(\.0).count == 1)
        #expect(Set(outcomes.compactMap(\.1)).count == 16)
    }
}
