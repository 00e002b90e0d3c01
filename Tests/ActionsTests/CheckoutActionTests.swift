import Actions
import Execution
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Testing

struct CheckoutActionTests {
    /// A repository with two commits on `main`, a branch and a tag; its mirror; and a job's workspace.
    final class Scene {
        let repository: SampleRepository
        let first: String
        let second: String
        let branch: String
        var log: [String] = []
        var workspace: String { "\(repository.folder)/workspace" }

        init() throws {
            repository = try SampleRepository()
            first = try repository.commit("first", ["README.md": "one", "src/main.txt": "code"])
            try repository.git("tag", "-a", "v1", "-m", "release")
            second = try repository.commit("second", ["README.md": "two"])
            try repository.git("checkout", "-q", "-b", "topic", "v1")
            branch = try repository.commit("topic", ["README.md": "topic"])
            try repository.git("push", "-q", "origin", "main", "topic", "v1")
            let mirror = try Mirror.open(at: "\(repository.folder)/mirror.git", remote: RemoteAddress(parsing: repository.origin))
            _ = try mirror.fetch(knownHosts: .any)
            try FileManager.default.createDirectory(atPath: workspace, withIntermediateDirectories: true)
        }

        func run(_ inputs: [String: String] = [:]) throws(ActionFailure) -> ActionResult {
            let assignment = JobAssignment(
                runID: 1, jobID: 1, jobName: "test", job: JobPlan(key: "test"),
                contexts: .init(github: ["repository": "ada/app"]), folder: JobFolder(path: "/nonexistent"), eventFile: "",
                workspace: repository.folder, toolsFolder: "",
                source: .init(
                    mirror: "\(repository.folder)/mirror.git", commit: second, ref: "refs/heads/main",
                    originURL: "https://example.org/ada/app.git"),
                confinement: .init(kind: .none))
            let cancellation: Cancellation
            do { cancellation = try Cancellation() } catch { throw ActionFailure(error.message) }
            return try CheckoutAction().run(
                ActionInvocation(
                    inputs: inputs, environment: [:], assignment: assignment,
                    workplace: FolderWorkplace(workspace: workspace), cancellation: cancellation, log: { self.log.append($0) }))
        }

        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(workspace)/\(name)", encoding: .utf8) }

        /// What git says in the checkout.
        func git(_ arguments: String..., in folder: String = "") throws -> String {
            let command = (["-C", "\(workspace)/\(folder)"] + arguments).map { "'\($0)'" }.joined(separator: " ")
            return try repository.git("-c", "alias.there=!git \(command)", "there")
        }
    }

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

    @Test("fetch-depth gives as much history as asked for", arguments: [("0", "2"), ("1", "1"), ("2", "2"), ("50", "2")])
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

    @Test("files left from before go; with clean false they stay and stand in the way")
    func clean() throws {
        let scene = try Scene()
        _ = try scene.run()
        try Data().write(to: URL(fileURLWithPath: "\(scene.workspace)/left-over"))
        #expect(throws: ActionFailure.self) { try scene.run(["clean": "false"]) }
        #expect(FileManager.default.fileExists(atPath: "\(scene.workspace)/left-over"))
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
            (["ref": "nowhere"], "\"nowhere\""), (["repository": "ada/other"], "ada/other"), (["fetch-depth": "all"], "\"all\""),
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
