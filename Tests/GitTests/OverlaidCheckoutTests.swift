import Git
import Glibc
import Testing

/// A checkout that goes over another one, as `git checkout --force` does.
struct OverlaidCheckoutTests {
    private let sample: SampleRepository
    private let first: ObjectID
    private let second: ObjectID
    private let mirror: Mirror
    private var job: String { "\(sample.root)/job" }

    init() throws {
        sample = try SampleRepository()
        first = try sample.commit("one", ["same": "1", "changed": "2", "gone/deep/file": "3", "kind": "4", "folder/inner": "5"])
        try sample.git("rm", "-q", "-r", "gone", "kind", "folder")
        second = try sample.commit("two", ["changed": "new", "kind/now/folder": "6", "folder": "a file"])
        try sample.push("main")
        mirror = try sample.mirror()
    }

    private var overlay: CheckoutOptions { CheckoutOptions(reference: "refs/heads/main", removesExistingContents: false) }

    @Test("files that are not the commit's stay; those of the earlier commit go, changed ones are put right")
    func overlaid() throws {
        _ = try mirror.checkout(first, into: job)
        try sample.folder.write("mine", to: "job/build/output.o")
        try sample.folder.write("edited", to: "job/same")
        try sample.folder.write("also mine", to: "job/gone/left")
        _ = try mirror.checkout(second, into: job, options: overlay)
        #expect(try sample.folder.read("job/build/output.o") == "mine")
        #expect(try sample.folder.read("job/same") == "1" && sample.folder.read("job/changed") == "new")
        #expect(try sample.folder.read("job/kind/now/folder") == "6" && sample.folder.read("job/folder") == "a file")
        #expect(!sample.folder.contains("job/gone/deep") && sample.folder.contains("job/gone/left"))
        let status = try Command("git", "status", "--porcelain", in: job).output()
        #expect(status == "?? build/\n?? gone/\n")
        #expect(try Command("git", "rev-parse", "HEAD", in: job).output() == "\(second)\n")
    }

    @Test("a folder that is no checkout is emptied")
    func noCheckout() throws {
        try sample.folder.write("mine", to: "job/file")
        _ = try mirror.checkout(second, into: job, options: overlay)
        #expect(!sample.folder.contains("job/file"))
        #expect(try Command("git", "status", "--porcelain", in: job).output() == "")
    }

    @Test("links that a job planted in the way are replaced and not followed")
    func plantedLinks() throws {
        _ = try mirror.checkout(first, into: job)
        try sample.folder.write("precious", to: "outside/now/folder")
        try sample.folder.write("precious", to: "outside/deep/file")
        try Command("rm", "-rf", "\(job)/gone", "\(job)/same", "\(job)/kind").output()
        for name in ["gone", "same", "kind"] { try Command("ln", "-s", "\(sample.root)/outside", "\(job)/\(name)").output() }
        _ = try mirror.checkout(second, into: job, options: overlay)
        #expect(try sample.folder.read("outside/now/folder") == "precious")
        #expect(try sample.folder.read("outside/deep/file") == "precious")
        #expect(try sample.folder.read("job/same") == "1" && sample.folder.read("job/kind/now/folder") == "6")
    }

    @Test("an index that a job has spoiled does not lead out of the folder")
    func spoiledIndex() throws {
        _ = try mirror.checkout(first, into: job)
        try sample.folder.write("precious", to: "outside/file")
        try Command("ln", "-sf", "/etc/passwd", "\(job)/.git/index").output()
        #expect(throws: GitError.self) { try mirror.checkout(second, into: job, options: overlay) }
        #expect(sample.folder.contains("outside/file"))
    }

    @Test("a checkout that nobody wants any more ends soon", arguments: [0, 1])
    func cancelled(depth: Int) throws {
        var count = 0
        var options = CheckoutOptions(reference: "refs/heads/main", depth: depth)
        options.path = "other"
        let error = #expect(throws: GitError.self) {
            try mirror.checkout(second, into: job, options: options) {
                count += 1
                return count > 3
            }
        }
        #expect(error?.kind == .cancelled && count == 4)
    }

    @Test("tags come along where they are wanted, with as much history as the branch has")
    func tags() throws {
        try sample.git("tag", "light", "main~1")
        try sample.git("tag", "-a", "-m", "x", "heavy", "main")
        try sample.git("tag", "tree", "main^{tree}")
        try sample.push("light", "heavy", "tree")
        _ = try mirror.fetch(knownHosts: .any)
        var options = CheckoutOptions(reference: "refs/heads/main")
        options.includesTags = true
        _ = try mirror.checkout(second, into: job, options: options)
        #expect(try Command("git", "tag", "--list", in: job).output() == "heavy\nlight\n")
        #expect(try Command("git", "describe", in: job).output() == "heavy\n")
        #expect(try Command("git", "show", "light:changed", in: job).output() == "2")
        #expect(try Command("git", "rev-list", "--count", "HEAD", in: job).output() == "1\n")
        _ = try Command("git", "fsck", "--strict", in: job).output()
    }
}
