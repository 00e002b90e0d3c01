import Foundation
import Git
import Testing

@Suite struct MirrorFetchTests {
    @Test("a first fetch brings every branch and tag, and the default branch")
    func first() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit("one", ["a.txt": "1\n"])
        try sample.git("tag", "v1")
        try sample.git("tag", "-a", "-m", "two", "v2")
        try sample.push("main", "main:feature/x", "v1", "v2")
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: "file://\(sample.origin)"))
        let report = try mirror.fetch(knownHosts: .any)
        let tag = try sample.head("v2^{tag}")
        #expect(
            report.updates == [
                ReferenceUpdate(name: "refs/heads/feature/x", old: nil, new: commit, kind: .created),
                ReferenceUpdate(name: "refs/heads/main", old: nil, new: commit, kind: .created),
                ReferenceUpdate(name: "refs/tags/v1", old: nil, new: commit, kind: .created),
                ReferenceUpdate(name: "refs/tags/v2", old: nil, new: tag, kind: .created),
            ])
        #expect(report.defaultBranch == "refs/heads/main")
        #expect(try mirror.defaultBranch() == "refs/heads/main")
        #expect(try mirror.references().map(\.name) == report.updates.map(\.name))
        #expect(try mirror.peeled(tag) == commit)
    }

    @Test("a second fetch without news changes nothing and transfers nothing")
    func unchanged() throws {
        let sample = try SampleRepository()
        try sample.commit("one")
        try sample.push("main")
        let mirror = try sample.mirror()
        let report = try mirror.fetch(knownHosts: .any)
        #expect(report.updates.isEmpty)
        #expect(report.receivedObjects == 0)
    }

    @Test("pushes, force pushes, moved tags and deletions are told apart")
    func kinds() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one")
        try sample.git("tag", "moving")
        try sample.push("main", "main:gone", "main:rewritten", "moving")
        let mirror = try sample.mirror()
        let second = try sample.commit("two")
        try sample.git("tag", "-f", "moving")
        try sample.git("checkout", "-q", "--orphan", "other")
        let third = try sample.commit("three")
        try sample.push("main", "other:rewritten", "moving", ":gone", "other:new")
        #expect(
            try mirror.fetch(knownHosts: .any).updates == [
                ReferenceUpdate(name: "refs/heads/gone", old: first, new: nil, kind: .deleted),
                ReferenceUpdate(name: "refs/heads/main", old: first, new: second, kind: .fastForward),
                ReferenceUpdate(name: "refs/heads/new", old: nil, new: third, kind: .created),
                ReferenceUpdate(name: "refs/heads/rewritten", old: first, new: third, kind: .forced),
                ReferenceUpdate(name: "refs/tags/moving", old: first, new: second, kind: .forced),
            ])
    }

    @Test("a branch may take the place of a folder of branches, and back")
    func folderConflict() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit("one")
        try sample.push("main", "main:a/b")
        let mirror = try sample.mirror()
        try sample.push(":a/b")
        try sample.push("main:a")
        #expect(try mirror.fetch(knownHosts: .any).updates.map(\.kind) == [.deleted, .created])
        #expect(try mirror.target(of: "refs/heads/a") == commit)
        try sample.push(":a")
        try sample.push("main:a/b")
        #expect(try mirror.fetch(knownHosts: .any).updates.map(\.kind) == [.deleted, .created])
        #expect(try mirror.target(of: "refs/heads/a/b") == commit)
    }

    @Test("heads of pull requests are fetched where they are asked for", arguments: [true, false])
    func pullRequests(_ areWanted: Bool) throws {
        let sample = try SampleRepository()
        try sample.commit("one")
        try sample.push("main", "main:refs/pull/7/head", "main:refs/pull/7/merge")
        let mirror = try Mirror.open(
            at: sample.mirrorPath, remote: RemoteAddress(parsing: sample.origin), includesPullRequests: areWanted)
        let names = try mirror.fetch(knownHosts: .any).updates.map(\.name)
        #expect(names == ["refs/heads/main"] + (areWanted ? ["refs/pull/7/head"] : []))
    }

    @Test("hundreds of branches are all there, and git agrees that the mirror is sound")
    func manyBranches() throws {
        let sample = try SampleRepository()
        try sample.commit("one")
        let names = (0..<150).map { "main:branch/\($0)" }
        var push = Command("git", "push", "-q", "origin", "main", in: sample.work)
        push.arguments += names
        try push.output()
        let mirror = try sample.mirror()
        #expect(try mirror.references().count == 151)
        #expect(try mirror.fetch(knownHosts: .any).updates.isEmpty)
        try Command("git", "--git-dir=\(sample.mirrorPath)", "fsck", "--strict").output()
    }

    @Test("a fetch that was killed in the middle leaves nothing that stops the next one")
    func staleLock() throws {
        let sample = try SampleRepository()
        try sample.commit("one")
        try sample.push("main")
        let mirror = try sample.mirror()
        try sample.folder.write("", to: "mirror.git/refs/heads/main.lock")
        let commit = try sample.commit("two")
        try sample.push("main")
        #expect(try mirror.fetch(knownHosts: .any).updates.map(\.new) == [commit])
    }

    @Test("a fetch ends when its caller wants it to, before and during the transfer")
    func cancellation() throws {
        let sample = try SampleRepository()
        for number in 0..<50 { try sample.commit("\(number)", ["f\(number)": "\(number)"]) }
        try sample.push("main")
        for patience in [0, 3] {
            let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: sample.origin))
            var questions = 0
            let error = #expect(throws: GitError.self) {
                try mirror.fetch(
                    knownHosts: .any,
                    isCancelled: {
                        questions += 1
                        return questions > patience
                    })
            }
            #expect(error?.kind == .cancelled)
            #expect(try mirror.references().isEmpty)
        }
        #expect(try sample.mirror().references().count == 1)
    }

    @Test("progress is told while objects come in")
    func progress() throws {
        let sample = try SampleRepository()
        for number in 0..<50 { try sample.commit("\(number)", ["f\(number)": "\(number)"]) }
        try sample.push("main")
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: sample.origin))
        var last: FetchProgress?
        let report = try mirror.fetch(knownHosts: .any, progress: { last = $0 })
        #expect(last?.totalObjects == 150)
        #expect(report.receivedObjects == 150)
    }

    @Test("a path without a repository is reported as not found, with what to do")
    func missing() throws {
        let sample = try SampleRepository()
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: "\(sample.root)/none.git"))
        let error = #expect(throws: GitError.self) { try mirror.fetch(knownHosts: .any) }
        #expect(error?.kind == .notFound)
        #expect(error?.subject == "\(sample.root)/none.git")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("a remote without any commit is an empty mirror")
    func emptyRemote() throws {
        let sample = try SampleRepository()
        let mirror = try sample.mirror()
        #expect(try mirror.references().isEmpty)
        #expect(try mirror.defaultBranch() == nil)
    }

    @Test("a library that was started before a fork serves the child")
    func restartedLibrary() throws {
        GitLibrary.prepare()
        GitLibrary.prepareAfterFork()
        let sample = try SampleRepository()
        try sample.commit("one")
        try sample.push("main")
        #expect(try sample.mirror().references().count == 1)
    }

    @Test("small pushes with merges, tags of tags and files come whole, and so does a large one after them")
    func completeness() throws {
        let sample = try SampleRepository()
        try sample.commit("one", ["a": "1", "d/e/f": "1"])
        try sample.push("main")
        let mirror = try sample.mirror()
        try sample.git("checkout", "-q", "-b", "side")
        try sample.commit("side one", ["d/e/g": "2"])
        try sample.commit("side two", ["d/e/g": "3"])
        try sample.git("checkout", "-q", "main")
        try sample.commit("two", ["a": "2"])
        try sample.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        try sample.git("tag", "-a", "-m", "x", "inner")
        try sample.git("tag", "-a", "-m", "x", "outer", "inner")
        try sample.git("tag", "file", "HEAD:a")
        try sample.git("tag", "-a", "-m", "x", "folder", "HEAD:d")
        try sample.push("main", "inner", "outer", "file", "folder")
        let report = try mirror.fetch(knownHosts: .any)
        #expect(report.updates.count == 5)
        #expect(report.receivedObjects > 0)
        try Command("git", "--git-dir=\(sample.mirrorPath)", "fsck", "--strict", "--full").output()
        for number in 0..<150 { try sample.folder.write("\(number)", to: "work/many/\(number)") }
        let large = try sample.commit("large")
        try sample.push("main")
        #expect(try mirror.fetch(knownHosts: .any).updates.map(\.new) == [large])
        try Command("git", "--git-dir=\(sample.mirrorPath)", "fsck", "--strict", "--full").output()
    }

    @Test("compacting leaves one pack with everything, and only where there is much")
    func compaction() throws {
        let sample = try SampleRepository()
        try sample.commit("one", ["a": "1"])
        try sample.push("main")
        let mirror = try sample.mirror()
        let (server, url) = try GitServers.http(root: sample.root)
        let remote = try RemoteAddress(parsing: "\(url)/origin.git")
        for number in 0..<4 {
            try sample.commit("\(number)", ["a": "\(number) more"])
            try sample.push("main")
            // Over HTTP each push comes as a pack, from the path as loose objects.
            let next = number < 3 ? try Mirror.open(at: sample.mirrorPath, remote: remote) : mirror
            _ = try next.fetch(knownHosts: .any)
        }
        withExtendedLifetime(server) {}
        #expect(try !mirror.compact())
        #expect(try mirror.compact(packLimit: 2))
        let counts = try Command("git", "--git-dir=\(sample.mirrorPath)", "count-objects", "-v").output()
        #expect(counts.contains("count: 0\n"))
        #expect(counts.contains("packs: 1\n"))
        #expect(counts.contains("in-pack: 15\n"))
        try Command("git", "--git-dir=\(sample.mirrorPath)", "fsck", "--strict", "--full").output()
        #expect(try mirror.commit(sample.head()).title == "3")
        #expect(try mirror.fetch(knownHosts: .any).updates.isEmpty)
    }

    @Test("a fetch that goes on while a mirror is compacted keeps the old packs, not the compacting")
    func compactionBesideFetch() throws {
        let sample = try SampleRepository()
        try sample.commit("one", ["a": "1"])
        try sample.push("main")
        let mirror = try sample.mirror()
        _ = try mirror.fetch(knownHosts: .any)
        let packs = "\(sample.mirrorPath)/objects/pack"
        // As a fetch holds it.
        let held = open("\(sample.mirrorPath)/slipway.lock", O_RDWR | O_CLOEXEC)
        try #require(held >= 0 && flock(held, LOCK_EX) == 0)
        let path = sample.mirrorPath
        let compacting = Thread { _ = try? Mirror.open(existing: path).compact(packLimit: 0, looseLimit: 0) }
        compacting.start()
        while try FileManager.default.contentsOfDirectory(atPath: packs).filter({ $0.hasSuffix(".pack") }).isEmpty {
            sched_yield()
        }
        let head = try sample.head().description
        #expect(FileManager.default.fileExists(atPath: "\(path)/objects/\(head.prefix(2))/\(head.dropFirst(2))"))
        close(held)
        while !compacting.isFinished { sched_yield() }
        let counts = try Command("git", "--git-dir=\(path)", "count-objects", "-v").output()
        #expect(counts.contains("count: 0\n"))
        #expect(try Mirror.open(existing: path).commit(sample.head()).title == "one")
    }
}
