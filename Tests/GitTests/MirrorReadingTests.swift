import Git
import Testing

@Suite struct MirrorReadingTests {
    @Test("a commit is decoded whole")
    func commit() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one")
        let second = try sample.commit("two\n\nwith a body — and more")
        try sample.push("main")
        let commit = try sample.mirror().commit(second)
        #expect(commit.message == "two\n\nwith a body — and more\n")
        #expect(commit.title == "two")
        #expect(commit.author == .init(name: "Ada", email: "ada@example.org", time: 1_700_000_000, offsetMinutes: 90))
        #expect(commit.committer == .init(name: "Grace", email: "grace@example.org", time: 1_700_000_060, offsetMinutes: -300))
        #expect(commit.parents == [first])
        #expect(commit.tree == .emptyTree)
    }

    @Test("revisions are resolved as git does")
    func resolve() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one")
        try sample.git("tag", "-a", "-m", "x", "v1")
        let second = try sample.commit("two")
        try sample.push("main", "v1")
        let mirror = try sample.mirror()
        for (revision, expected) in [
            ("main", second), ("refs/heads/main", second), ("v1", first), ("main~1", first), (second.description, second),
            (second.abbreviated(10), second), ("HEAD", second), (try sample.head("v1^{tag}").description, first),
        ] {
            #expect(try mirror.resolve(revision) == expected, "\(revision)")
        }
        for revision in ["none", "main~9", "0000000000000000000000000000000000000000", "a..b", "v1^{tree}"] {
            #expect(try mirror.resolve(revision) == nil, "\(revision)")
        }
    }

    @Test("what one history has and another has not is listed, the newest first, up to a limit")
    func history() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one")
        let second = try sample.commit("two")
        let third = try sample.commit("three")
        try sample.push("main")
        let mirror = try sample.mirror()
        #expect(try mirror.commits(of: third, notOf: first, limit: 10).map(\.id) == [third, second])
        #expect(try mirror.commits(of: third, notOf: first, limit: 1).map(\.id) == [third])
        #expect(try mirror.commits(of: first, notOf: third, limit: 10).isEmpty)
        let unknown = try #require(ObjectID(String(repeating: "ab", count: 20)))
        #expect(throws: GitError.self) { try mirror.commits(of: third, notOf: unknown, limit: 10) }
    }

    @Test("an unknown commit is not found")
    func unknownCommit() throws {
        let sample = try SampleRepository()
        let error = #expect(throws: GitError.self) { try sample.mirror().commit(.zero) }
        #expect(error?.kind == .notFound)
    }

    @Test("files are read from a commit without a checkout")
    func files() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit(
            "one",
            [
                ".github/workflows/b.yml": "b", ".github/workflows/a.yaml": "a", ".github/workflows/note.md": "n",
                ".github/workflows/deep/c.yml": "c", "top.yml": "t",
            ])
        try sample.git("config", "core.symlinks", "true")
        try Command("ln", "-s", "b.yml", "\(sample.work)/.github/workflows/link.yml").output()
        let linked = try sample.commit("two")
        try sample.push("main")
        let mirror = try sample.mirror()
        for id in [commit, linked] {
            let found = try mirror.files(under: ".github/workflows", in: id, matching: ["yml", "yaml"])
            #expect(found.map(\.path) == [".github/workflows/a.yaml", ".github/workflows/b.yml"])
            #expect(found.map(\.bytes) == [[97], [98]])
        }
        #expect(try mirror.files(under: "none", in: commit, matching: ["yml"]).isEmpty)
        #expect(try mirror.files(under: "top.yml", in: commit, matching: ["yml"]).isEmpty)
        #expect(try mirror.file(at: "top.yml", in: commit) == [116])
        #expect(try mirror.file(at: ".github", in: commit) == nil)
        #expect(try mirror.file(at: "none/x", in: commit) == nil)
        #expect(try mirror.treeEntryExists(at: ".github/workflows", in: commit))
        #expect(try !mirror.treeEntryExists(at: ".github/none", in: commit))
    }

    @Test("the commits of a push come oldest first, on the line of first parents")
    func pushedCommits() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one")
        let second = try sample.commit("two")
        try sample.git("checkout", "-q", "-b", "side", first.description)
        let side = try sample.commit("side")
        try sample.git("checkout", "-q", "main")
        try sample.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        let merge = try sample.head()
        let last = try sample.commit("last")
        try sample.push("main", "side")
        let mirror = try sample.mirror()
        #expect(try mirror.firstParentCommits(from: first, to: last, limit: 10) == [second, merge, last])
        #expect(try mirror.firstParentCommits(from: nil, to: last, limit: 10) == [first, second, merge, last])
        #expect(try mirror.firstParentCommits(from: nil, to: last, limit: 2) == [merge, last])
        #expect(try mirror.firstParentCommits(from: side, to: last, limit: 10) == [second, merge, last])
        #expect(try mirror.firstParentCommits(from: last, to: side, limit: 10) == [])
        #expect(try mirror.firstParentCommits(from: second, to: side, limit: 10) == [side])
        #expect(try mirror.firstParentCommits(from: .zero, to: second, limit: 10) == [first, second])
        #expect(try mirror.isAncestor(side, of: last))
        #expect(try mirror.isAncestor(last, of: last))
        #expect(try !mirror.isAncestor(last, of: side))
        #expect(try !mirror.isAncestor(.zero, of: side))
    }

    @Test("changed paths are those of the two trees")
    func changedPaths() throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one", ["a": "1", "d/b": "1", "d/c": "1"])
        try sample.git("rm", "-q", "a")
        try sample.git("mv", "d/c", "d/z")
        let second = try sample.commit("two", ["d/b": "2", "new": "1"])
        try sample.push("main")
        let mirror = try sample.mirror()
        #expect(try mirror.changedPaths(from: nil, to: first) == ["a", "d/b", "d/c"])
        #expect(try mirror.changedPaths(from: first, to: second) == ["a", "d/b", "d/c", "d/z", "new"])
        #expect(try mirror.changedPaths(from: first, to: second, limit: 4) == nil)
        #expect(try mirror.changedPaths(from: second, to: second) == [])
    }

    @Test("a working tree's repository can be read as well")
    func workingTree() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit("one", ["a": "1"])
        #expect(try Mirror.open(existing: sample.work).resolve("main") == commit)
        let error = #expect(throws: GitError.self) { try Mirror.open(existing: "\(sample.root)/none") }
        #expect(error?.kind == .notFound)
    }
}
