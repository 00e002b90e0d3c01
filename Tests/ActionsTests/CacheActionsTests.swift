import Actions
import Execution
import Expressions
import Foundation
import Plan
import Testing

struct CacheActionsTests {
    private let inputs = ["path": "~/.cache/pip\nnode_modules", "key": "deps-1", "restore-keys": "deps-\n"]

    @Test("a job that succeeded keeps its files, and the next one finds them as they were")
    func roundTrip() throws {
        let trial = ActionTrial()
        let first = try trial.runWithPost(CacheAction(), inputs) {
            try trial.write("home/.cache/pip/wheel", "wheel")
            try trial.write("workspace/node_modules/.bin/tool", "#!", mode: 0o755)
            try trial.write("workspace/other", "not cached")
        }
        #expect(first.main.outputs["cache-hit"] == nil)
        #expect(first.post.storage.count == 1)
        trial.newJob()
        let second = try trial.runWithPost(CacheAction(), inputs)
        #expect(second.main.outputs["cache-hit"] == "true")
        #expect(second.main.outputs["cache-matched-key"] == "deps-1")
        #expect(second.post.storage.isEmpty)
        #expect(trial.log.contains { $0.contains("Cache hit occurred on the primary key deps-1") })
        #expect(trial.text("home/.cache/pip/wheel") == "wheel")
        #expect(trial.files(in: "workspace") == ["node_modules/.bin/tool"])
        #expect(FileManager.default.isExecutableFile(atPath: "\(trial.folder)/workspace/node_modules/.bin/tool"))
    }

    @Test("a key that is near puts files back, is no hit, and the new key is saved")
    func restoreKeys() throws {
        let trial = ActionTrial()
        try trial.runWithPost(CacheAction(), inputs) { try trial.write("workspace/node_modules/a") }
        trial.newJob()
        var next = inputs
        next["key"] = "deps-2"
        let result = try trial.runWithPost(CacheAction(), next)
        #expect(result.main.outputs["cache-hit"] == "false")
        #expect(result.main.outputs["cache-matched-key"] == "deps-1")
        #expect(trial.files(in: "workspace") == ["node_modules/a"])
        #expect(result.post.storage.count == 1)
    }

    @Test("of a buildspec's cache the key is found as it is, and only a fallback by its beginning")
    func exactKeys() throws {
        let trial = ActionTrial()
        try trial.write("workspace/node_modules/a")
        try trial.run(CacheSaveAction(), ["path": "node_modules", "key": "deps-10"])
        trial.newJob()
        let inputs = ["path": "node_modules", "key": "deps-1"]
        #expect(try trial.run(CacheRestoreAction(), inputs).outputs["cache-matched-key"] == "deps-10")
        trial.newJob()
        #expect(try trial.run(CodeBuildCacheAction(), inputs).outputs["cache-matched-key"] == nil)
        #expect(trial.files(in: "workspace") == [])
        let fallen = try trial.run(CodeBuildCacheAction(), inputs.merging(["restore-keys": "deps-"]) { $1 })
        #expect(fallen.outputs["cache-matched-key"] == "deps-10" && fallen.outputs["cache-hit"] == "false")
        let found = try trial.run(CodeBuildCacheAction(), ["path": "node_modules", "key": "deps-10"])
        #expect(found.outputs["cache-hit"] == "true")
    }

    @Test("a job that failed saves nothing, unless it is to always")
    func failure() throws {
        let trial = ActionTrial()
        try trial.write("workspace/node_modules/a")
        #expect(try trial.runWithPost(CacheAction(), inputs, jobSucceeded: false).post.storage.isEmpty)
        let always = inputs.merging(["save-always": "true"]) { $1 }
        #expect(try trial.runWithPost(CacheAction(), always, jobSucceeded: false).post.storage.count == 1)
    }

    @Test("restore and save are steps of their own")
    func apart() throws {
        let trial = ActionTrial()
        try trial.write("workspace/node_modules/a")
        let save = ["path": "node_modules", "key": "k"]
        #expect(try trial.run(CacheSaveAction(), save).storage.count == 1)
        #expect(try trial.run(CacheSaveAction(), save).storage.isEmpty)
        trial.newJob()
        let looked = try trial.run(CacheRestoreAction(), save.merging(["lookup-only": "true"]) { $1 })
        #expect(looked.outputs["cache-hit"] == "true")
        #expect(trial.files(in: "workspace") == [])
        let restored = try trial.run(CacheRestoreAction(), save)
        #expect(restored.outputs["cache-primary-key"] == "k")
        #expect(trial.files(in: "workspace") == ["node_modules/a"])
        // Other paths are another cache.
        #expect(try trial.run(CacheRestoreAction(), ["path": "vendor", "key": "k"]).outputs["cache-hit"] == nil)
        #expect(throws: ActionFailure.self) {
            try trial.run(CacheRestoreAction(), ["path": "vendor", "key": "k", "fail-on-cache-miss": "true"])
        }
    }

    @Test("paths that are not there, or outside, are a warning")
    func paths() throws {
        let trial = ActionTrial()
        let missing = try trial.run(CacheSaveAction(), ["path": "none", "key": "k"])
        #expect(missing.storage.isEmpty && missing.annotations.map(\.level) == [.warning])
        try trial.write("workspace/a")
        let partly = try trial.run(CacheSaveAction(), ["path": "/etc/passwd\na", "key": "k"])
        #expect(partly.storage.count == 1)
        #expect(partly.annotations.first?.message.contains("/etc/passwd") == true)
    }

    @Test("links are kept as links, and what they lead to is not read")
    func links() throws {
        let trial = ActionTrial()
        try trial.write("workspace/venv/a")
        try FileManager.default.createSymbolicLink(
            atPath: "\(trial.folder)/workspace/venv/python", withDestinationPath: "/usr/bin/python3")
        try trial.run(CacheSaveAction(), ["path": "venv", "key": "k"])
        trial.newJob()
        try trial.run(CacheRestoreAction(), ["path": "venv", "key": "k"])
        let link = "\(trial.folder)/workspace/venv/python"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/usr/bin/python3")
    }

    @Test("a cache that can't be unpacked is a miss with a warning, and nothing is written through a link")
    func hostileJob() throws {
        let trial = ActionTrial()
        try trial.write("workspace/a/file", "cached")
        try trial.run(CacheSaveAction(), ["path": "a", "key": "k"])
        trial.newJob()
        let target = "\(trial.root)/elsewhere"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(trial.folder)/workspace/a", withDestinationPath: target)
        let result = try trial.run(CacheRestoreAction(), ["path": "a", "key": "k"])
        #expect(result.outputs["cache-hit"] == nil)
        #expect(result.annotations.first?.message.contains("symbolic link") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    }

    @Test("a stranger's run finds what trusted ones kept, and keeps nothing for them")
    func trust() throws {
        let trial = ActionTrial()
        try trial.write("workspace/a", "good")
        try trial.run(CacheSaveAction(), ["path": "a", "key": "k-1"])
        trial.newJob()
        let trusted = trial.storage
        trial.storage.isUntrusted = true
        trial.storage.ref = "refs/pull/1/merge"
        trial.storage.baseBranch = "main"
        try trial.run(CacheRestoreAction(), ["path": "a", "key": "k-1"])
        #expect(trial.text("workspace/a") == "good")
        try trial.write("workspace/a", "evil")
        try trial.run(CacheSaveAction(), ["path": "a", "key": "k-2"])
        trial.storage = trusted
        trial.newJob()
        let result = try trial.run(CacheRestoreAction(), ["path": "a", "key": "k-2", "restore-keys": "k-"])
        #expect(result.outputs["cache-matched-key"] == "k-1")
        #expect(trial.text("workspace/a") == "good")
    }

    @Test("too many keys, or keys that are not allowed, fail the step")
    func keys() throws {
        let trial = ActionTrial()
        let many = (0..<10).map { "k\($0)" }.joined(separator: "\n")
        for inputs in [
            ["path": "a", "key": "a,b"], ["path": "a", "key": "k", "restore-keys": many], ["key": "k"], ["path": "a"],
        ] {
            #expect(throws: ActionFailure.self) { try trial.run(CacheRestoreAction(), inputs) }
        }
    }
}
