import Git
import Glibc
import Testing

struct SparseCheckoutTests {
    private static let files = [
        "README.md": "r", "setup.py": "s", "src/a.py": "1", "src/lib/b.py": "2", "src/lib/deep/c.txt": "3", "docs/d.md": "4",
        "docs/img/e.png": "5", "models/big.bin": "6",
    ]

    private func checkOut(_ sparse: SparseCheckout) throws -> (SampleRepository, ObjectID, [String]) {
        let sample = try SampleRepository()
        let commit = try sample.commit("one", Self.files)
        try sample.push("main")
        _ = try sample.mirror().checkout(
            commit, into: "\(sample.root)/job", options: options(sparse))
        return (sample, commit, try names(sample))
    }

    private func options(_ sparse: SparseCheckout) -> CheckoutOptions {
        var options = CheckoutOptions(reference: "refs/heads/main")
        options.sparse = sparse
        return options
    }

    private func names(_ sample: SampleRepository, in folder: String = "job") throws -> [String] {
        let script = "find . -path ./.git -prune -o -type f -print | sed s,^./,, | LC_ALL=C sort"
        return try Command("sh", "-c", script, in: "\(sample.root)/\(folder)")
            .output().split(separator: "\n").map(String.init)
    }

    @Test(
        "the files that git itself would lay out are there",
        arguments: [
            (["src/lib"], true), (["docs/", "models"], true), ([], true), (["/*", "!/*/"], false), (["*.md"], false),
            (["src/", "!src/lib/"], false), (["/docs/**/*.png"], false), (["lib", "!*.txt"], false), (["**/deep"], false),
            (["docs/*"], false), (["src/l?b/[bc].py"], false), (["# remark", "", "\\#x", "README.md"], false),
        ])
    func sameAsGit(lines: [String], isCone: Bool) throws {
        let (sample, _, names) = try checkOut(SparseCheckout(lines: lines, isCone: isCone))
        let reference = "\(sample.root)/reference"
        try Command("git", "clone", "-q", "--no-checkout", sample.origin, reference).output()
        var command = Command("git", "sparse-checkout", "set", isCone ? "--cone" : "--no-cone", in: reference)
        command.arguments += lines.filter { !$0.isEmpty }
        try command.output()
        try Command("git", "checkout", "-q", "main", in: reference).output()
        #expect(try names == self.names(sample, in: "reference"))
    }

    @Test("git works in it: nothing has changed, the history is whole, and more can be laid out later")
    func git() throws {
        let (sample, _, names) = try checkOut(SparseCheckout(lines: ["src/lib"], isCone: true))
        #expect(names == ["README.md", "setup.py", "src/a.py", "src/lib/b.py", "src/lib/deep/c.txt"])
        #expect(!sample.folder.contains("job/docs"))
        let job = "\(sample.root)/job"
        #expect(try Command("git", "status", "--porcelain", in: job).output() == "")
        #expect(try Command("git", "sparse-checkout", "list", in: job).output() == "src/lib\n")
        #expect(try Command("git", "show", "HEAD:docs/d.md", in: job).output() == "4")
        _ = try Command("git", "fsck", "--strict", in: job).output()
        try Command("git", "sparse-checkout", "add", "docs/img", in: job).output()
        #expect(try self.names(sample).contains("docs/img/e.png"))
        try Command("git", "sparse-checkout", "disable", in: job).output()
        #expect(try self.names(sample).count == Self.files.count)
        #expect(try Command("git", "status", "--porcelain", in: job).output() == "")
    }

    @Test("a submodule and a link outside of the selection are left out, too")
    func others() throws {
        let sample = try SampleRepository()
        try sample.commit("one", ["in/a": "1", "out/b": "2"])
        try Command("ln", "-s", "b", "\(sample.work)/out/link").output()
        try sample.git("add", "-A")
        try sample.git("update-index", "--add", "--cacheinfo", "160000,1234567890123456789012345678901234567890,vendor/lib")
        try sample.git("commit", "-q", "-m", "two")
        try sample.push("main")
        let report = try sample.mirror().checkout(
            sample.head(), into: "\(sample.root)/job", options: options(SparseCheckout(lines: ["in"], isCone: true)))
        #expect(report.submodules == [] && report.fileCount == 1)
        #expect(!sample.folder.contains("job/out") && !sample.folder.contains("job/vendor"))
        #expect(try Command("git", "status", "--porcelain", in: "\(sample.root)/job").output() == "")
    }
}
