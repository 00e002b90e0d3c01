import Actions
import Execution
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Testing

struct CheckoutActionTests {
    typealias Scene = CheckoutScene

    @Test("without inputs the run's commit is laid out, one commit deep, on its branch")
    func plain() throws {
        let scene = try Scene()
        let result = try scene.run()
        #expect(try scene.text("README.md") == "two")
        #expect(try scene.git("rev-parse", "HEAD") == scene.second)
        #expect(try scene.git("status", "--porcelain") == "")
        #expect(try scene.git("rev-list", "--count", "HEAD") == "1")
        #expect(try scene.git("symbolic-ref", "--short", "HEAD") == "main")
        #expect(try scene.git("remote", "get-url", "origin") == "https://example.org/ada/app.git")
        #expect(result.outputs == ["ref": "refs/heads/main", "commit": .string(scene.second)])
        #expect(scene.log.first?.hasPrefix("Checked out \(scene.second)") == true)
    }

    @Test(
        "ref names a branch, a tag, or a commit",
        arguments: [
            ("topic", "topic", "refs/heads/topic"), ("refs/heads/topic", "topic", "refs/heads/topic"),
            ("v1", "one", "refs/tags/v1"), ("main", "two", "refs/heads/main"), ("FIRST", "one", ""), ("FIRST7", "one", ""),
        ])
    func references(name: String, text: String, reference: String) throws {
        let scene = try Scene()
        let wanted = ["FIRST": scene.first, "FIRST7": String(scene.first.prefix(7))][name] ?? name
        let result = try scene.run(["ref": wanted])
        #expect(try scene.text("README.md") == text)
        #expect(result.outputs["ref"] == .string(reference))
    }

    @Test(
        "fetch-depth gives as much history as asked for",
        arguments: [("0", "2"), ("1", "1"), ("2", "2"), ("50", "2"), ("-1", "2"), ("all", "2")])
    func depth(depth: String, count: String) throws {
        let scene = try Scene()
        _ = try scene.run(["fetch-depth": depth])
        #expect(try scene.git("rev-list", "--count", "HEAD") == count)
    }

    @Test("path puts the files in a folder, beside what is there")
    func path() throws {
        let scene = try Scene()
        _ = try scene.run()
        _ = try scene.run(["path": "other/app", "ref": "topic"])
        #expect(try scene.text("other/app/README.md") == "topic")
        #expect(try scene.text("README.md") == "two")
        _ = try scene.run(["path": "\(scene.workspace)/full"])
        #expect(try scene.text("full/README.md") == "two")
    }

    @Test("files left from before go; with clean false they stay")
    func clean() throws {
        let scene = try Scene()
        _ = try scene.run()
        try Data().write(to: URL(fileURLWithPath: "\(scene.workspace)/left-over"))
        _ = try scene.run(["clean": "false", "ref": "topic"])
        #expect(FileManager.default.fileExists(atPath: "\(scene.workspace)/left-over"))
        #expect(try scene.text("README.md") == "topic")
        _ = try scene.run()
        #expect(!FileManager.default.fileExists(atPath: "\(scene.workspace)/left-over"))
    }

    @Test("the own repository may be named, whatever the case")
    func ownRepository() throws {
        _ = try Scene().run(["repository": "Ada/App"])
    }

    @Test(
        "what can't be done fails with the reason",
        arguments: [
            (["ref": "nowhere"], "\"nowhere\""), (["repository": "ada/other"], "ada/other"), (["repository": "../etc"], "../etc"),
            (["path": "../outside"], "outside"), (["path": "/tmp"], "tmp"),
        ])
    func failures(inputs: [String: String], part: String) throws {
        let scene = try Scene()
        let failure = #expect(throws: ActionFailure.self) { try scene.run(inputs) }
        #expect(failure?.message.contains(part) == true)
        #expect(!FileManager.default.fileExists(atPath: "\(scene.repository.folder)/outside"))
    }

    @Test("a link that an earlier step planted does not lead the checkout out of the workspace")
    func plantedLink() throws {
        let scene = try Scene()
        let outside = "\(scene.repository.folder)/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: "\(outside)/precious"))
        try FileManager.default.createSymbolicLink(atPath: "\(scene.workspace)/link", withDestinationPath: outside)
        for path in ["link", "link/app"] { _ = try? scene.run(["path": path]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["precious"])
    }
}
