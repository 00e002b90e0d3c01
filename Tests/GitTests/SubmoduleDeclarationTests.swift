import Git
import Testing

struct SubmoduleDeclarationTests {
    private static let commit = "1234567890123456789012345678901234567890"

    @Test("submodules are those that .gitmodules declares and the tree has")
    func declared() throws {
        let sample = try SampleRepository()
        let text = """
            # what we build on
            [core]
            \tpath = vendor/none
            [submodule "lib one"]
            \tpath = vendor/lib
            \turl = ../lib.git ; beside us
            \tbranch = main
            [Submodule "with \\"quotes\\""]
              Path = "other place"
              URL=https://example.org/x#y.git
            [submodule "not there"]
            \tpath = missing
            \turl = ../missing.git
            [submodule "evil"]
            \tpath = evil
            \turl = --upload-pack=touch
            """
        try sample.commit("one", [".gitmodules": text])
        for path in ["vendor/lib", "other place", "evil", "undeclared"] {
            try sample.git("update-index", "--add", "--cacheinfo", "160000,\(Self.commit),\(path)")
        }
        try sample.git("commit", "-q", "-m", "two")
        let found = try Mirror.open(existing: sample.work).submodules(in: sample.head())
        #expect(found.map(\.name) == ["lib one", "with \"quotes\""])
        #expect(found.map(\.path) == ["vendor/lib", "other place"])
        #expect(found.map(\.url) == ["../lib.git", "https://example.org/x#y.git"])
        #expect(found.map(\.commit.description) == [Self.commit, Self.commit])
    }

    @Test(
        "a relative address starts from the repository's own",
        arguments: [
            ("../lib.git", "https://forge.example/team/app.git", "https://forge.example/team/lib.git"),
            ("../../other/lib", "https://forge.example/team/app.git/", "https://forge.example/other/lib"),
            ("./lib", "/srv/app.git", "/srv/app.git/lib"), ("../lib.git", "/srv/app.git", "/srv/lib.git"),
            ("../lib.git", "git@host:team/app.git", "git@host:team/lib.git"),
            ("../lib.git", "git@host:app.git", "git@host:lib.git"),
            ("../../../x", "https://forge.example/app.git", nil), ("https://a/b", "https://forge.example/app.git", "https://a/b"),
        ])
    func addresses(url: String, base: String, expected: String?) throws {
        let sample = try SampleRepository()
        try sample.commit("one", [".gitmodules": "[submodule \"a\"]\n\tpath = a\n\turl = \(url)\n"])
        try sample.git("update-index", "--add", "--cacheinfo", "160000,\(Self.commit),a")
        try sample.git("commit", "-q", "-m", "two")
        let found = try #require(try Mirror.open(existing: sample.work).submodules(in: sample.head()).first)
        #expect(found.address(relativeTo: base) == expected)
    }
}
