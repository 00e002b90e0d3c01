import Git
import Testing

struct CheckoutFilterTests {
    private func checkOut(_ files: [String: String]) throws -> (SampleRepository, CheckoutReport) {
        let sample = try SampleRepository()
        // As it would be stored on another system: git must not convert on the way in.
        let commit = try sample.commit("one", files)
        try sample.push("main")
        let report = try sample.mirror().checkout(
            commit, into: "\(sample.root)/job", options: CheckoutOptions(reference: "refs/heads/main"))
        return (sample, report)
    }

    private func status(_ sample: SampleRepository) throws -> String {
        // The time stamps of a touched file make git compare the contents.
        try Command("sh", "-c", "find . -path ./.git -prune -o -type f -exec touch {} +", in: "\(sample.root)/job").output()
        return try Command("git", "status", "--porcelain", in: "\(sample.root)/job").output()
    }

    @Test("line ends and $Id$ are as .gitattributes has it, also of files that stand before it, and below its folder only")
    func conversions() throws {
        let (sample, report) = try checkOut([
            ".gitattributes": "*.bat text eol=crlf\n*.id ident\n", "run.bat": "a\nb\n", "x.id": "$Id$\n", "plain": "a\n",
            "+first.bat": "1\n", "deep/er/run.bat": "c\n", "deep/.gitattributes": "*.txt eol=crlf\n*.bat -text\n",
            "deep/a.txt": "d\n", "b.txt": "e\n",
        ])
        for (name, text) in [
            ("run.bat", "a\r\nb\r\n"), ("+first.bat", "1\r\n"), ("plain", "a\n"), ("deep/er/run.bat", "c\n"),
            ("deep/a.txt", "d\r\n"), ("b.txt", "e\n"),
        ] {
            #expect(try sample.folder.read("job/\(name)") == text, "\(name)")
        }
        let id = try sample.git("rev-parse", "HEAD:x.id").prefix(40)
        #expect(try sample.folder.read("job/x.id") == "$Id: \(id) $\n")
        #expect(!report.leavesOutEncodings)
        #expect(try status(sample) == "")
    }

    @Test("no program that an attribute names is run, and attributes that lie elsewhere do not count")
    func noPrograms() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit("one", [".gitattributes": "* filter=evil\n*.a eol=crlf\n", "f": "1\n", "g.a": "2\n"])
        try sample.push("main")
        let mirror = try sample.mirror()
        try sample.folder.write(
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[filter \"evil\"]\n\tsmudge = touch \(sample.root)/ran\n"
                + "\trequired = true\n", to: "mirror.git/config")
        _ = try mirror.checkout(commit, into: "\(sample.root)/job")
        #expect(!sample.folder.contains("ran"))
        #expect(try sample.folder.read("job/f") == "1\n" && sample.folder.read("job/g.a") == "2\r\n")
    }

    @Test("another encoding that .gitattributes asks for is reported")
    func encoding() throws {
        let (_, report) = try checkOut([".gitattributes": "*.sql text working-tree-encoding=UTF-16LE\n", "plain": "a\n"])
        #expect(report.leavesOutEncodings)
    }
}
