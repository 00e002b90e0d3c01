import Plan
import Testing

struct SourceReferenceTests {
    @Test(
        "an action of another repository has an owner, a name, a ref, and maybe a folder",
        arguments: [
            ("actions/checkout@v4", "actions/checkout", "", "v4"), ("team/ci/build/image@main", "team/ci", "build/image", "main"),
            ("team/ci/.github/workflows/test.yml@v1.2", "team/ci", ".github/workflows/test.yml", "v1.2"),
            ("team/ci@refs/heads/topic/one", "team/ci", "", "refs/heads/topic/one"),
            ("team\\ci\\build@v1", "team/ci", "build", "v1"), ("team/ci/@v1", "team/ci", "", "v1"),
        ])
    func parts(text: String, repository: String, path: String, ref: String) throws {
        let reference = try #require(SourceReference(text))
        #expect(reference.repository.text == repository)
        #expect(reference.path == path && reference.ref == ref && reference.commit == nil)
    }

    @Test("forty hexadecimal digits are a commit")
    func commit() {
        let digits = "AB34567890123456789012345678901234567890"
        #expect(SourceReference("team/ci@\(digits)")?.commit == digits.lowercased())
        #expect(SourceReference("team/ci@\(digits.dropLast())")?.commit == nil)
    }

    @Test(
        "everything else is none",
        arguments: [
            "./build", "docker://alpine:3", "checkout@v4", "team/ci", "team/ci@", "team/ci/../../etc@v1", "team/..@v1",
            "../ci@v1",
            "team/ci@v1..v2", "team/ci@a b", "team/ci@-x", "-team/ci@v1", "/team/ci@v1", "te am/ci@v1", "team/ci.git@v1",
            "https://example.org/team/ci@v1", "team/ci@v1@{1}",
        ])
    func others(text: String) { #expect(SourceReference(text) == nil) }

    @Test("the case of a repository's name does not count, that of a ref does")
    func cases() {
        #expect(SourceReference("Team/CI@v1") == SourceReference("team/ci@v1"))
        #expect(SourceReference("team/ci@V1") != SourceReference("team/ci@v1"))
    }
}

struct SourceDirectoryTests {
    @Test(
        "a repository is on the server, unless a mirror of it or of its owner is named",
        arguments: [
            ("https://github.com", "https://github.com/Team/app.git"),
            ("https://git.example.org/", "https://git.example.org/Team/app.git"),
            ("/srv/git/{repository}-of-{owner}.git", "/srv/git/app-of-Team.git"),
            ("file:///srv/git", "file:///srv/git/Team/app.git"),
        ])
    func server(server: String, address: String) throws {
        let name = try #require(RepositoryName("Team/app"))
        let directory = SourceDirectory(
            server: server,
            mirrors: [
                "team/other": "/srv/other.git", "actions": "https://git.example.org/gh/", "Big": "ssh://h/{owner}_{repository}",
            ])
        #expect(directory.address(of: name) == address)
    }

    @Test(
        "the longer name of a mirror goes before",
        arguments: [
            ("actions/cache", "https://git.example.org/gh/cache.git"), ("Actions/Checkout", "/srv/checkout.git"),
            ("big/one", "ssh://h/big_one"),
        ])
    func mirrors(text: String, address: String) throws {
        let name = try #require(RepositoryName(text))
        let directory = SourceDirectory(
            server: "https://github.com",
            mirrors: [
                "actions/checkout": "/srv/checkout.git", "Actions": "https://git.example.org/gh/",
                "Big": "ssh://h/{owner}_{repository}",
            ])
        #expect(directory.address(of: name) == address)
    }
}
