import Git
import Glibc
import Testing

@Suite struct MirrorCheckoutTests {
    /// Runs git in a checkout.
    private func git(_ folder: String, _ arguments: String...) throws -> String {
        var command = Command("git", in: folder)
        command.arguments = arguments
        let text = try command.output()
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private func sample() throws -> (SampleRepository, ObjectID) {
        let sample = try SampleRepository()
        try sample.commit("zero", ["old": "o"])
        try sample.commit(
            "one",
            ["a.txt": "1\n", "empty": "", "dir/b c.txt": "2\n", "dir/ü/deep": "3\n", "dir.txt": "4\n", "run.sh": "#!/bin/sh\n"])
        try Command("chmod", "755", "\(sample.work)/run.sh").output()
        try Command("ln", "-s", "dir/ü", "\(sample.work)/link").output()
        let commit = try sample.commit("two")
        return (sample, commit)
    }

    @Test("a branch is checked out as git would: files, modes, links, HEAD, a clean status")
    func branch() throws {
        let (sample, commit) = try sample()
        try sample.push("main")
        let target = "\(sample.root)/job"
        let report = try sample.mirror().checkout(
            commit, into: target,
            options: CheckoutOptions(reference: "refs/heads/main", originURL: "https://ada:t0k3n@forge.example/t/m.git"))
        #expect(report.fileCount == 8)
        #expect(report.commit == commit)
        try Command("diff", "-r", "--no-dereference", "--exclude=.git", sample.work, target).output()
        #expect(access("\(target)/run.sh", X_OK) == 0)
        #expect(
            try git(target, "status", "--porcelain=v2", "--branch").split(separator: "\n") == [
                "# branch.oid \(commit)", "# branch.head main", "# branch.upstream origin/main", "# branch.ab +0 -0",
            ])
        #expect(try git(target, "log", "--format=%s") == "two")
        #expect(try git(target, "rev-parse", "--is-shallow-repository") == "true")
        #expect(try git(target, "remote", "get-url", "origin") == "https://ada@forge.example/t/m.git")
        #expect(try !sample.folder.read("job/.git/config").contains("t0k3n"))
        #expect(!sample.folder.contains("job/.git/hooks"))
        _ = try git(target, "fsck", "--strict")
    }

    @Test("a job can commit, diff and describe in its checkout")
    func work() throws {
        let (sample, commit) = try sample()
        try sample.git("tag", "-a", "-m", "x", "v1.0")
        try sample.push("main", "v1.0")
        let target = "\(sample.root)/job"
        _ = try sample.mirror().checkout(commit, into: target, options: CheckoutOptions(reference: "refs/tags/v1.0"))
        #expect(try git(target, "describe") == "v1.0")
        #expect(try git(target, "rev-parse", "--abbrev-ref", "HEAD") == "HEAD")
        try sample.folder.write("changed\n", to: "job/a.txt")
        #expect(try git(target, "diff", "--stat").contains("a.txt | 2 +-"))
        _ = try git(target, "commit", "-q", "-a", "-m", "three")
        #expect(try git(target, "log", "--format=%s") == "three\ntwo")
        #expect(try git(target, "diff", "--name-only", "HEAD~1") == "a.txt")
    }

    @Test("a pull request's checkout is detached, with the reference that actions/checkout makes")
    func pullRequest() throws {
        let (sample, commit) = try sample()
        try sample.push("main")
        let target = "\(sample.root)/job"
        _ = try sample.mirror().checkout(commit, into: target, options: CheckoutOptions(reference: "refs/pull/7/merge"))
        #expect(try git(target, "rev-parse", "refs/remotes/pull/7/merge", "HEAD") == "\(commit)\n\(commit)")
        #expect(try git(target, "status", "--porcelain") == "")
        #expect(throws: Command.Failure.self) { try git(target, "symbolic-ref", "HEAD") }
    }

    @Test("a depth gives so many generations, also through merges", arguments: [(1, 1), (2, 3), (3, 4), (9, 4)])
    func depth(_ depth: Int, _ count: Int) throws {
        let sample = try SampleRepository()
        let first = try sample.commit("one", ["a": "1"])
        try sample.commit("two", ["b": "2"])
        try sample.git("checkout", "-q", "-b", "side", first.description)
        try sample.commit("side", ["c": "3"])
        try sample.git("checkout", "-q", "main")
        try sample.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        try sample.push("main")
        let target = "\(sample.root)/job"
        _ = try sample.mirror().checkout(
            sample.head(), into: target, options: CheckoutOptions(reference: "refs/heads/main", depth: depth))
        #expect(try git(target, "rev-list", "--count", "HEAD") == "\(count)")
        #expect(sample.folder.contains("job/.git/shallow") == (depth < 3))
        _ = try git(target, "fsck", "--strict")
        _ = try git(target, "diff", "HEAD", "--stat")
    }

    @Test("depth 0 is the whole history with every branch and tag")
    func wholeHistory() throws {
        let (sample, commit) = try sample()
        try sample.git("tag", "-a", "-m", "x", "v1", "HEAD~2")
        try sample.push("main", "main~1:refs/heads/other", "v1")
        let target = "\(sample.root)/job"
        let mirror = try sample.mirror()
        _ = try mirror.checkout(commit, into: target, options: CheckoutOptions(reference: "refs/heads/main", depth: 0))
        #expect(try git(target, "rev-list", "--count", "HEAD") == "3")
        #expect(try git(target, "describe") == "v1-2-g\(commit.abbreviated())")
        #expect(
            try git(target, "for-each-ref", "--format=%(refname)").split(separator: "\n") == [
                "refs/heads/main", "refs/remotes/origin/main", "refs/remotes/origin/other", "refs/tags/v1",
            ])
        #expect(try git(target, "status", "--porcelain") == "")
        _ = try git(target, "fsck", "--strict")
        // Nothing of it is borrowed from the mirror.
        try Command("rm", "-rf", sample.mirrorPath).output()
        #expect(try git(target, "log", "--oneline", "-p").contains("zero"))
    }

    @Test("a folder that was used before is emptied first, whatever a job left in it")
    func secondCheckout() throws {
        let (sample, commit) = try sample()
        try sample.push("main")
        let target = "\(sample.root)/job"
        let mirror = try sample.mirror()
        _ = try mirror.checkout(commit, into: target)
        try sample.folder.write("x", to: "job/left/over/file")
        try sample.folder.write("precious", to: "precious/file")
        try Command("ln", "-s", "\(sample.root)/precious", "\(target)/out").output()
        try Command("chmod", "-R", "a-w", "\(target)/left").output()
        _ = try mirror.checkout(commit, into: target)
        #expect(try git(target, "status", "--porcelain", "--ignored") == "")
        #expect(try sample.folder.read("precious/file") == "precious")
    }

    @Test("a checkout goes into a folder below the workspace, but never through a link or out of it")
    func path() throws {
        let (sample, commit) = try sample()
        try sample.push("main")
        let target = "\(sample.root)/job"
        let mirror = try sample.mirror()
        _ = try mirror.checkout(commit, into: target, options: CheckoutOptions(path: "./vendor/lib/"))
        #expect(sample.folder.contains("job/vendor/lib/a.txt"))
        try sample.folder.write("", to: "outside/file")
        try Command("ln", "-s", "\(sample.root)/outside", "\(target)/out").output()
        for path in ["out", "../outside", "vendor/../../outside", "out/deeper"] {
            #expect(throws: GitError.self) { try mirror.checkout(commit, into: target, options: CheckoutOptions(path: path)) }
        }
        #expect(sample.folder.contains("outside/file"))
        #expect(!sample.folder.contains("outside/a.txt"))
    }

    @Test("LFS pointers and submodules are reported and left alone")
    func externals() throws {
        let sample = try SampleRepository()
        let digest = String(repeating: "ab", count: 32)
        try sample.commit(
            "one",
            ["model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest)\nsize 12345\n", "a": "1"])
        let other = "1234567890123456789012345678901234567890"
        try sample.git("update-index", "--add", "--cacheinfo", "160000,\(other),vendor/lib")
        try sample.git("commit", "-q", "-m", "two")
        try sample.push("main")
        let target = "\(sample.root)/job"
        let report = try sample.mirror().checkout(sample.head(), into: target)
        #expect(report.lfsPointers == [.init(path: "model.bin", contentID: digest, size: 12345)])
        #expect(report.submodules == [.init(path: "vendor/lib", commit: try #require(ObjectID(other)))])
        #expect(try git(target, "status", "--porcelain") == "")
    }

    @Test(
        "a tree that reaches into .git or out of its folder is refused", arguments: [".git", ".GIT", "..", ".", "a/b", "git~1"])
    func hostileName(_ name: String) throws {
        let sample = try SampleRepository()
        let blob = try sample.commit("one", ["a": "evil"]).description
        let content = try sample.git("rev-parse", "\(blob):a").prefix(40)
        let tree = try hostileTree(sample, [("100644", name, String(content))])
        let commit = try #require(ObjectID(try sample.git("commit-tree", "-m", "evil", tree).prefix(40)))
        let error = #expect(throws: GitError.self) {
            try Mirror.open(existing: sample.work).checkout(commit, into: "\(sample.root)/job")
        }
        #expect(error?.kind == .corrupt)
        #expect(!sample.folder.contains("job/.git/HEAD"))
    }

    @Test("a tree that has a link and a folder of one name can't write through the link")
    func hostileLink() throws {
        let sample = try SampleRepository()
        try sample.commit("one", ["target": "\(sample.root)/outside", "dir/file": "evil"])
        try sample.folder.write("", to: "outside/keep")
        let link = String(try sample.git("rev-parse", "HEAD:target").prefix(40))
        let folder = String(try sample.git("rev-parse", "HEAD:dir").prefix(40))
        let tree = try hostileTree(sample, [("120000", "a", link), ("40000", "a", folder)])
        let commit = try #require(ObjectID(try sample.git("commit-tree", "-m", "evil", tree).prefix(40)))
        #expect(throws: GitError.self) {
            try Mirror.open(existing: sample.work).checkout(commit, into: "\(sample.root)/job")
        }
        #expect(!sample.folder.contains("outside/file"))
    }

    /// Stores a tree that git itself would not make.
    private func hostileTree(_ sample: SampleRepository, _ entries: [(mode: String, name: String, id: String)]) throws -> String {
        let script = """
            import sys
            for mode, name, object in zip(*[iter(sys.argv[2:])] * 3):
                open(sys.argv[1], "ab").write(f"{mode} {name}\\0".encode() + bytes.fromhex(object))
            """
        var command = Command("python3", "-c", script, "\(sample.root)/tree")
        command.arguments += entries.flatMap { [$0.mode, $0.name, $0.id] }
        try command.output()
        return String(try sample.git("hash-object", "-t", "tree", "--literally", "-w", "\(sample.root)/tree").prefix(40))
    }

    @Test("a pack of more than one buffer and files of many blocks come out as they went in")
    func largeFiles() throws {
        let sample = try SampleRepository()
        var files: [String: String] = [:]
        for number in 0..<40 { files["f\(number)"] = String(repeating: "line \(number)\n", count: 6000) }
        files["exact"] = String(repeating: "x", count: 65535)
        files["twice"] = String(repeating: "y", count: 131_070)
        files["large"] = String(repeating: "0123456789abcdef", count: 200_000)
        let commit = try sample.commit("one", files)
        try sample.push("main")
        let target = "\(sample.root)/job"
        _ = try sample.mirror().checkout(commit, into: target, options: CheckoutOptions(reference: "refs/heads/main"))
        _ = try git(target, "fsck", "--strict", "--full")
        try Command("diff", "-r", "--exclude=.git", sample.work, target).output()
    }
}
