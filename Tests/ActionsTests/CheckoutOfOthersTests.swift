import Actions
import Execution
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Testing

struct CheckoutOfOthersTests {
    @Test("another repository of the server is checked out: its default branch, or what ref names")
    func server() throws {
        let scene = try CheckoutScene()
        let lib = try scene.other("team/lib", ["lib.txt": "1"])
        let first = try lib.git("rev-parse", "HEAD")
        try lib.git("tag", "v1")
        try lib.git("push", "-q", "origin", "v1")
        let second = try lib.push("second", ["lib.txt": "2"])
        _ = try scene.run()
        let newest = try scene.run(["repository": "team/lib", "path": "vendor/lib"])
        #expect(try scene.text("vendor/lib/lib.txt") == "2" && scene.text("README.md") == "two")
        #expect(newest.outputs == ["ref": "refs/heads/main", "commit": .string(second)])
        #expect(try scene.git("remote", "get-url", "origin", in: "vendor/lib").hasSuffix("/server/team/lib.git"))
        let tagged = try scene.run(["repository": "team/lib", "path": "vendor/lib", "ref": "v1"])
        #expect(try scene.text("vendor/lib/lib.txt") == "1")
        #expect(tagged.outputs["commit"] == .string(first))
        try lib.push("third", ["lib.txt": "3"])
        _ = try scene.run(["repository": "team/lib", "path": "vendor/lib"])
        #expect(try scene.text("vendor/lib/lib.txt") == "3")
    }

    @Test("a repository of the settings is read from its mirror where it is shared, and refused where it is not")
    func shared() throws {
        let scene = try CheckoutScene()
        let secret = try SampleRepository()
        try secret.push("first", ["secret.txt": "s"])
        let path = "\(scene.repository.folder)/secret-mirror.git"
        _ = try Mirror.open(at: path, remote: RemoteAddress(parsing: secret.origin)).fetch(knownHosts: .any)
        let name = try #require(RepositoryName("team/secret"))
        scene.sources.repositories = [.init(names: [name], url: secret.origin)]
        let failure = #expect(throws: ActionFailure.self) { try scene.run(["repository": "team/secret"]) }
        #expect(failure?.message.contains("shared_with") == true)
        scene.sources.repositories = [.init(names: [name], url: secret.origin, mirror: path)]
        scene.sharesNetwork = false
        _ = try scene.run(["repository": "team/secret", "path": "s"])
        #expect(try scene.text("s/secret.txt") == "s")
    }

    @Test("what can't be had says why")
    func failures() throws {
        let scene = try CheckoutScene()
        _ = try scene.other("team/lib", ["lib.txt": "1"])
        for (inputs, part) in [
            (["repository": "team/none"], "No such file"), (["repository": "team/lib", "ref": "v9"], "\"v9\""),
            (["repository": "team/lib", "github-server-url": "/etc"], "github-server-url"),
        ] {
            let failure = #expect(throws: ActionFailure.self) { try scene.run(inputs) }
            #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
        }
        scene.sharesNetwork = false
        scene.sources.directory = SourceDirectory(server: "https://example.org")
        let failure = #expect(throws: ActionFailure.self) { try scene.run(["repository": "team/lib"]) }
        #expect(failure?.message.contains("no network") == true)
    }

    @Test("a commit that was pushed since the daemon looked is asked for")
    func pushedSince() throws {
        let scene = try CheckoutScene()
        try scene.repository.git("checkout", "-q", "main")
        let third = try scene.repository.push("third", ["README.md": "three"])
        let result = try scene.run(["ref": third], originURL: scene.repository.origin)
        #expect(try scene.text("README.md") == "three")
        #expect(result.outputs["commit"] == .string(third))
    }

    @Test("a token is for its forge, is not written anywhere, and that is said")
    func token() throws {
        let scene = try CheckoutScene()
        _ = try scene.other("team/lib", ["lib.txt": "1"])
        _ = try scene.run(["repository": "team/lib", "token": "t0k3n-of-mine"])
        #expect(scene.log.contains { $0.contains("is not kept in the checkout") })
        let found = try scene.repository.git("-c", "alias.s=!grep -rl t0k3n-of-mine '\(scene.repository.folder)' || true", "s")
        #expect(found == "")
    }

    @Test("a sparse checkout, tags, and a job that is cancelled")
    func options() throws {
        let scene = try CheckoutScene()
        _ = try scene.run(["sparse-checkout": "  docs\n\n", "fetch-tags": "true"])
        #expect(scene.exists("README.md") && !scene.exists("src/main.txt"))
        #expect(try scene.git("tag", "--list") == "v1")
        _ = try scene.run(["sparse-checkout": "/src/\n", "sparse-checkout-cone-mode": "false"])
        #expect(!scene.exists("README.md") && scene.exists("src/main.txt"))
        scene.cancellation.request(reason: "enough")
        let failure = #expect(throws: ActionFailure.self) { try scene.run() }
        #expect(failure?.message.contains("cancelled") == true)
    }
}

struct CheckoutOfSubmodulesTests {
    /// The repository's main branch with a submodule that has one of its own, all on the server.
    private func scene() throws -> (CheckoutScene, commit: String, origin: String) {
        let scene = try CheckoutScene()
        let inner = try scene.other("team/inner", ["inner.txt": "i"])
        let lib = try scene.other("team/lib", ["lib.txt": "l"])
        try add("../inner.git", at: "deep", commit: try inner.git("rev-parse", "HEAD"), to: lib)
        let app = try scene.other("team/app", ["app.txt": "a"])
        let commit = try add("../lib.git", at: "vendor/lib", commit: try lib.git("rev-parse", "HEAD"), to: app)
        let mirror = try Mirror.open(
            at: "\(scene.repository.folder)/mirror.git", remote: RemoteAddress(parsing: app.origin))
        _ = try mirror.fetch(knownHosts: .any)
        return (scene, commit, "\(scene.repository.folder)/server/team/app.git")
    }

    @discardableResult
    private func add(_ url: String, at path: String, commit: String, to repository: SampleRepository) throws -> String {
        try repository.commit("declare", [".gitmodules": "[submodule \"\(path)\"]\n\tpath = \(path)\n\turl = \(url)\n"])
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(commit),\(path)")
        try repository.git("commit", "-q", "-m", "add")
        try repository.git("push", "-q", "origin", "HEAD")
        return try repository.git("rev-parse", "HEAD")
    }

    @Test(
        "submodules are laid out, those of submodules as well where that is asked for, and git knows them",
        arguments: ["true", "recursive"])
    func laidOut(depth: String) throws {
        let (scene, commit, origin) = try scene()
        let result = try scene.run(["submodules": depth], originURL: origin, commit: commit)
        #expect(result.annotations == [])
        #expect(try scene.text("vendor/lib/lib.txt") == "l")
        #expect(scene.exists("vendor/lib/deep/inner.txt") == (depth == "recursive"))
        #expect(try scene.git("status", "--porcelain") == "")
        let status = try scene.git("submodule", "status")
        #expect(status.hasPrefix(" ") && status.contains("vendor/lib"), "\(status)")
    }

    @Test("without the input folders stay empty")
    func notAsked() throws {
        let (scene, commit, origin) = try scene()
        #expect(try scene.run([:], originURL: origin, commit: commit).annotations == [])
        #expect(scene.exists("vendor/lib") && !scene.exists("vendor/lib/lib.txt"))
    }

    @Test("code that is not trusted gets none, and that is said")
    func untrusted() throws {
        let (scene, commit, origin) = try scene()
        scene.sources.isUntrusted = true
        let result = try scene.run(["submodules": "true"], originURL: origin, commit: commit)
        #expect(result.annotations.first?.message.contains("not trusted") == true)
        #expect(!scene.exists("vendor/lib/lib.txt"))
    }

    @Test("a submodule does not lead to other repositories of this machine")
    func localAddress() throws {
        let (scene, _, _) = try scene()
        let private1 = try SampleRepository()
        let commit = try private1.push("first", ["secret": "s"])
        let app = try scene.other("team/evil", ["app.txt": "a"])
        for url in [private1.origin, "file://\(private1.origin)"] {
            let head = try add(url, at: "steal", commit: commit, to: app)
            let mirror = try Mirror.open(
                at: "\(scene.repository.folder)/mirror.git", remote: RemoteAddress(parsing: app.origin))
            _ = try mirror.fetch(knownHosts: .any)
            let failure = #expect(throws: ActionFailure.self) {
                try scene.run(["submodules": "true"], originURL: app.origin, commit: head)
            }
            #expect(failure?.message.contains("repository of this machine") == true)
            #expect(!scene.exists("steal/secret"))
        }
    }
}
