import Actions
import Execution
import Expressions
import Foundation
import Plan
import Storage
import Testing

struct ArtifactActionsTests {
    private func upload(_ trial: ActionTrial, _ inputs: [String: String]) throws -> ActionResult {
        try trial.run(UploadArtifactAction(), inputs)
    }

    /// What another job of the run gets.
    private func download(_ trial: ActionTrial, _ inputs: [String: String] = [:]) throws -> [String] {
        trial.newJob()
        _ = try trial.run(DownloadArtifactAction(), inputs)
        return trial.files(in: "workspace")
    }

    private func trial() throws -> ActionTrial {
        let trial = ActionTrial()
        for path in ["dist/app.js", "dist/css/a.css", "dist/.env", "docs/a.md", "report.txt"] {
            try trial.write("workspace/\(path)", path)
        }
        try trial.write("home/result.bin", "home")
        return trial
    }

    @Test("what one job uploads another downloads, with the outputs of the originals")
    func roundTrip() throws {
        let trial = try trial()
        try trial.write("workspace/dist/run.sh", "#!", mode: 0o755)
        let result = try upload(trial, ["name": "site", "path": "dist"])
        let id = try #require(result.outputs["artifact-id"]?.displayString)
        #expect(result.outputs["artifact-url"] == .string("http://ci.example.org/artifacts/\(id)"))
        #expect(result.outputs["artifact-digest"]?.displayString.count == 64)
        guard case .artifactStored(let artifact)? = result.storage.first else { throw ActionFailure("nothing stored") }
        #expect(artifact.name == "site" && artifact.runID == 1)
        #expect(try download(trial, ["name": "site"]) == ["app.js", "css/a.css", "run.sh"])
        #expect(trial.text("workspace/css/a.css") == "dist/css/a.css")
        #expect(FileManager.default.isExecutableFile(atPath: "\(trial.folder)/workspace/run.sh"))
        let elsewhere = try trial.run(DownloadArtifactAction(), ["name": "site", "path": "~/down"])
        #expect(elsewhere.outputs["download-path"] == "/job/home/down")
        #expect(trial.files(in: "home/down") == ["app.js", "css/a.css", "run.sh"])
    }

    @Test(
        "names in the artifact begin at the search path, or at what several have in common",
        arguments: [
            ("report.txt", ["report.txt"]),
            ("dist/css/a.css", ["a.css"]),
            ("dist/**/*.css", ["css/a.css"]),
            ("dist\ndocs", ["dist/app.js", "dist/css/a.css", "docs/a.md"]),
            ("dist/app.js\ndist/css/*", ["app.js", "css/a.css"]),
            ("report.txt\n~/result.bin", ["home/result.bin", "workspace/report.txt"]),
            ("/job/workspace/d*", ["dist/app.js", "dist/css/a.css", "docs/a.md"]),
            ("dist\n!dist/css", ["app.js"]),
        ])
    func roots(path: String, expected: [String]) throws {
        let trial = try trial()
        _ = try upload(trial, ["path": path])
        #expect(try download(trial, ["name": "artifact"]) == expected)
    }

    @Test("hidden files are uploaded on demand")
    func hidden() throws {
        let trial = try trial()
        _ = try upload(trial, ["path": "dist", "include-hidden-files": "true"])
        #expect(try download(trial, ["name": "artifact"]) == [".env", "app.js", "css/a.css"])
    }

    @Test("no files is a warning, an error or nothing, as the step wants")
    func nothing() throws {
        let trial = try trial()
        #expect(try upload(trial, ["path": "none"]).annotations.map(\.level) == [.warning])
        #expect(try upload(trial, ["path": "none", "if-no-files-found": "ignore"]).annotations.isEmpty)
        #expect(throws: ActionFailure.self) { try upload(trial, ["path": "none", "if-no-files-found": "error"]) }
        #expect(throws: ActionFailure.self) { try upload(trial, ["path": "none", "if-no-files-found": "explode"]) }
        #expect(throws: ActionFailure.self) { try upload(trial, [:]) }
    }

    @Test("a name is used once, unless overwrite replaces it")
    func overwrite() throws {
        let trial = try trial()
        let first = try upload(trial, ["path": "docs"])
        #expect(throws: ActionFailure.self) { try upload(trial, ["path": "dist"]) }
        let second = try upload(trial, ["path": "dist", "overwrite": "true"])
        #expect(second.outputs["artifact-id"] != first.outputs["artifact-id"])
        #expect(second.storage.count == 2)
        #expect(try download(trial, ["name": "artifact"]) == ["app.js", "css/a.css"])
    }

    @Test("a single file can be kept as it is, under its own name")
    func plainFile() throws {
        let trial = try trial()
        let result = try upload(trial, ["path": "dist/app.js", "archive": "false", "name": "ignored"])
        guard case .artifactStored(let artifact)? = result.storage.first else { throw ActionFailure("nothing stored") }
        #expect(!artifact.isArchive && artifact.name == "app.js" && artifact.size == 11)
        #expect(throws: ActionFailure.self) { try upload(trial, ["path": "dist", "archive": "false"]) }
        #expect(try download(trial, ["name": "app.js"]) == ["app.js"])
    }

    @Test("several artifacts go into folders of their names, or together, or by a pattern, or by their ids")
    func several() throws {
        let trial = try trial()
        var ids: [String] = []
        for (name, path) in [("site-a", "dist"), ("site-b", "docs"), ("report", "report.txt")] {
            ids.append(try upload(trial, ["name": name, "path": path]).outputs["artifact-id"]?.displayString ?? "")
        }
        #expect(
            try download(trial) == ["report/report.txt", "site-a/app.js", "site-a/css/a.css", "site-b/a.md"])
        #expect(try download(trial, ["pattern": "site-*"]) == ["site-a/app.js", "site-a/css/a.css", "site-b/a.md"])
        #expect(try download(trial, ["pattern": "{report,site-b}", "merge-multiple": "true"]) == ["a.md", "report.txt"])
        #expect(try download(trial, ["artifact-ids": "\(ids[2]), \(ids[1])"]) == ["report/report.txt", "site-b/a.md"])
        #expect(try download(trial, ["artifact-ids": ids[2]]) == ["report.txt"])
        #expect(try download(trial, ["name": "report", "skip-decompress": "true"]) == ["report.zip"])
        #expect(try download(trial, ["pattern": "none-*"]) == [])
        for inputs in [
            ["name": "none"], ["artifact-ids": "x"], ["artifact-ids": "999"], ["name": "a", "artifact-ids": "1"],
            ["name": "report", "repository": "other/app"], ["name": "report", "run-id": "77"],
            ["path": "/etc", "name": "report"],
            ["path": "../out", "name": "report"],
        ] {
            #expect(throws: ActionFailure.self, "\(inputs)") { try download(trial, inputs) }
        }
        #expect(FileManager.default.fileExists(atPath: "\(trial.folder)/out") == false)
    }

    @Test("another run of the repository is read by its id")
    func otherRun() throws {
        let trial = try trial()
        _ = try upload(trial, ["path": "docs"])
        trial.runID = 2
        #expect(throws: ActionFailure.self) { try download(trial, ["name": "artifact"]) }
        #expect(try download(trial, ["name": "artifact", "run-id": "1", "github-token": "x"]) == ["a.md"])
    }

    @Test("what lies outside of the job's folders can't be uploaded")
    func outside() throws {
        let trial = try trial()
        let error = #expect(throws: ActionFailure.self) { try upload(trial, ["path": "/etc/passwd"]) }
        #expect(error?.message.contains("/etc/passwd") == true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(trial.folder)/workspace/docs/passwd", withDestinationPath: "/etc/passwd")
        let result = try upload(trial, ["path": "docs"])
        #expect(result.annotations.first?.message.contains("link out of") == true)
        #expect(try download(trial, ["name": "artifact"]) == ["a.md"])
    }

    @Test("several artifacts are merged into one, together or apart, and removed on demand")
    func merge() throws {
        let trial = try trial()
        _ = try upload(trial, ["name": "a", "path": "dist"])
        _ = try upload(trial, ["name": "b", "path": "docs"])
        _ = try trial.run(MergeArtifactsAction(), ["name": "apart", "separate-directories": "true", "pattern": "[ab]"])
        #expect(try download(trial, ["name": "apart"]) == ["a/app.js", "a/css/a.css", "b/a.md"])
        let result = try trial.run(MergeArtifactsAction(), ["pattern": "[ab]", "delete-merged": "true"])
        #expect(result.storage.count == 3)
        #expect(try download(trial, ["name": "merged-artifacts"]) == ["a.md", "app.js", "css/a.css"])
        #expect(throws: ActionFailure.self) { try download(trial, ["name": "a"]) }
    }

    @Test("retention is the step's, within the settings'", arguments: [("3", 3.0), ("0", 90), ("", 90), ("1000", 90)])
    func retention(days: String, expected: Double) throws {
        let result = try upload(trial(), ["path": "docs", "retention-days": days])
        guard case .artifactStored(let artifact)? = result.storage.first else { throw ActionFailure("nothing stored") }
        #expect(artifact.expiresAt == artifact.createdAt.addingTimeInterval(expected * 86_400))
    }
}
