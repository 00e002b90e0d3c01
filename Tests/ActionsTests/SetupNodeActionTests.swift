import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions

struct SetupNodeActionTests {
    /// Whether this machine has a Node; tests of one that is on `PATH` need it.
    static let hasNode = ["/usr/bin/node", "/bin/node"].contains { FileManager.default.isExecutableFile(atPath: $0) }

    /// A folder for tools with Nodes that only say which one they are.
    private func trial(_ versions: String...) throws -> ActionTrial {
        let trial = ActionTrial(runsCommands: true)
        for version in versions {
            let place = "tools/node/\(version)/\(ToolFolder.architecture)/bin"
            try trial.write("\(place)/node", "#!/bin/sh\necho v\(version)\n", mode: 0o755)
            try trial.write("\(place)/npm", "#!/bin/sh\necho \"$HOME/.npm\"\n", mode: 0o755)
        }
        return trial
    }

    private func version(_ inputs: [String: String], in trial: ActionTrial) throws -> String {
        try trial.run(SetupNodeAction(), inputs).outputs["node-version"]?.displayString ?? ""
    }

    @Test(
        "a version, a range or a name finds the newest that fits",
        arguments: [
            ("77", "v77.2.0"), ("77.1", "v77.1.5"), ("v77.1.5", "v77.1.5"), (">=76 <77", "v76.0.3"), ("lts/-1", "v76.0.3"),
            ("lts/*", "v78.0.0"), ("latest", "v78.0.0"), ("^77.0.0", "v77.2.0"), ("76 || 77.1", "v77.1.5"),
        ])
    func versions(wanted: String, expected: String) throws {
        let trial = try trial("76.0.3", "77.1.5", "77.2.0", "78.0.0")
        #expect(try version(["node-version": wanted], in: trial) == expected)
    }

    @Test("its programs are found first, and global packages have a place of the job")
    func place() throws {
        let trial = try trial("77.2.0")
        let result = try trial.run(SetupNodeAction(), ["node-version": "77"])
        let folder = "\(trial.folder)/temp/node/77.2.0"
        #expect(result.pathEntries == ["\(folder)/bin"])
        #expect(result.environment["NPM_CONFIG_PREFIX"] == folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/bin").sorted() == ["node", "npm"])
        #expect(FileManager.default.isWritableFile(atPath: "\(folder)/lib"))
    }

    @Test("the Node of PATH is taken where nothing is asked for", .enabled(if: hasNode))
    func host() throws {
        #expect(try version([:], in: try trial()).hasPrefix("v"))
    }

    @Test("a version that is missing is told with what there is, and where to put it")
    func missing() throws {
        let trial = try trial("77.2.0")
        let error = #expect(throws: ActionFailure.self) { try version(["node-version": "79"], in: trial) }
        #expect(error?.message.contains("Node 79 is not installed here. There is 77.2.0") == true)
        #expect(error?.message.contains("tools/node/<version>/\(ToolFolder.architecture)") == true)
        for text in ["lts/none", "abc"] {
            #expect(throws: ActionFailure.self) { try version(["node-version": text], in: trial) }
        }
    }

    @Test(
        "files of the repository say which version",
        arguments: [
            (".nvmrc", "v20.1.0\n", "v20.1.0"), (".nvmrc", "lts/iron", "lts/iron"), (".node-version", "# x\n18\n", "18"),
            (".tool-versions", "python 3.11\nnodejs 20.2.0\n", "20.2.0"),
            ("package.json", #"{"engines": {"node": ">=18"}}"#, ">=18"),
            ("package.json", #"{"volta": {"node": "16.1.0"}, "engines": {"node": "18"}}"#, "16.1.0"),
            ("package.json", #"{"devEngines": {"runtime": {"name": "node", "version": "22"}}}"#, "22"),
        ])
    func versionFiles(name: String, text: String, expected: String) throws {
        #expect(NodeRequest.version(inFile: "sub/\(name)", text) == expected)
    }

    @Test("a registry is written where npm looks, with a place for the token")
    func registry() throws {
        let trial = try trial("77.2.0")
        let result = try trial.run(
            SetupNodeAction(), ["node-version": "77", "registry-url": "https://npm.example.org/team", "scope": "Ours"])
        #expect(result.environment["NPM_CONFIG_USERCONFIG"] == "\(trial.folder)/temp/.npmrc")
        #expect(result.environment["NODE_AUTH_TOKEN"] != nil)
        #expect(
            trial.text("temp/.npmrc") == """
                //npm.example.org/team/:_authToken=${NODE_AUTH_TOKEN}
                @ours:registry=https://npm.example.org/team/

                """)
        #expect(throws: ActionFailure.self) {
            try trial.run(SetupNodeAction(), ["node-version": "77", "registry-url": "npm.example.org"])
        }
    }

    @Test("what npm fetched is kept after the job and found by the next, told apart by the lock file")
    func cache() throws {
        let trial = try trial("77.2.0")
        let inputs = ["node-version": "77", "cache": "npm"]
        #expect(throws: ActionFailure.self) { try trial.run(SetupNodeAction(), inputs) }
        try trial.write("workspace/package-lock.json", "{}")
        let first = try trial.runWithPost(SetupNodeAction(), inputs) { try trial.write("home/.npm/_cacache/x", "x") }
        #expect(first.main.outputs["cache-hit"] == "false" && first.post.storage.count == 1)
        let tools = "\(trial.folder)/tools"
        trial.newJob()
        try FileManager.default.copyItem(atPath: tools, toPath: "\(trial.folder)/tools")
        try trial.write("workspace/package-lock.json", "{}")
        // Another job's HOME has another path, and means the same.
        let second = try trial.run(SetupNodeAction(), inputs)
        #expect(second.outputs["cache-hit"] == "true")
        #expect(trial.text("home/.npm/_cacache/x") == "x")
    }

    @Test("a repository that says it uses npm has its cache kept unasked")
    func unasked() throws {
        let trial = try trial("77.2.0")
        try trial.write("workspace/package.json", #"{"packageManager": "npm@10.8.2"}"#)
        #expect(try trial.run(SetupNodeAction(), ["node-version": "77"]).outputs["cache-hit"] == nil)
        try trial.write("workspace/package-lock.json", "{}")
        #expect(try trial.run(SetupNodeAction(), ["node-version": "77"]).outputs["cache-hit"] == "false")
        let refused = try trial.run(SetupNodeAction(), ["node-version": "77", "package-manager-cache": "false"])
        #expect(refused.outputs["cache-hit"] == nil)
    }
}
