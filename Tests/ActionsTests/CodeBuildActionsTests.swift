import Execution
import Expressions
import Foundation
import Testing

@testable import Actions

/// What a build of a buildspec finds and leaves.
struct CodeBuildActionsTests {
    /// What a test puts in the place of AWS.
    private struct KnownSecrets: BuildSecrets {
        func parameters(_ names: [String], for invocation: ActionInvocation) throws(ActionFailure) -> [String: String] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, "value of \($0)") })
        }

        func secret(_ wish: SecretWish, for invocation: ActionInvocation) throws(ActionFailure) -> String {
            #"{"user": "ada", "id": "\#(wish.id)", "stage": "\#(wish.stage ?? "")", "number": 5}"#
        }
    }

    private let trial = ActionTrial()

    private func environment(_ inputs: [String: String]) throws -> ActionResult {
        try trial.run(CodeBuildEnvironmentAction(secrets: KnownSecrets()), inputs)
    }

    @Test("parameters and secrets become variables that the log hides")
    func secretsBecomeVariables() throws {
        let result = try environment([
            "parameter-store": #"{"A": "/a", "B": "/a", "KEPT": "/k"}"#, "reserved": "KEPT",
            "secrets-manager":
                #"{"USER_NAME": {"id": "db", "key": "user", "stage": "S"}, "ALL": {"id": "db"}, "N": {"id": "x", "key": "number"}}"#,
        ])
        #expect(result.environment["A"] == "value of /a")
        #expect(result.environment["B"] == "value of /a")
        #expect(result.environment["KEPT"] == nil)
        #expect(result.environment["USER_NAME"] == "ada")
        #expect(result.environment["N"] == "5")
        #expect(result.environment["ALL"]?.contains(#""id": "db""#) == true)
        #expect(Set(trial.masks).isSuperset(of: ["value of /a", "ada", "5"]))
        #expect(!trial.log.contains { $0.contains("ada") })
    }

    @Test("a key that a secret lacks is named, and nothing of the secret")
    func aMissingKeyIsNamed() {
        let failure = #expect(throws: ActionFailure.self) {
            try environment(["secrets-manager": #"{"X": {"id": "db", "key": "gone"}}"#])
        }
        #expect(failure?.message == "the secret \"db\" has no key \"gone\", which X asks for")
    }

    @Test("the variables of a build say where it comes from")
    func variablesSayWhereItComesFrom() throws {
        let variables = try environment(["project": "my app", "image": "python:3.11", "batch-identifier": "one"]).environment
        #expect(variables["CODEBUILD_BUILD_ID"] == "my-app:1-1")
        #expect(variables["CODEBUILD_BUILD_IMAGE"] == "python:3.11")
        #expect(variables["CODEBUILD_BATCH_BUILD_IDENTIFIER"] == "one")
        #expect(variables["CODEBUILD_SRC_DIR"] == "/job/workspace")
        #expect(variables["CODEBUILD_PUBLIC_BUILD_URL"] == "http://ci.example.org/runs/1")
        #expect(variables["CODEBUILD_WEBHOOK_TRIGGER"] == nil)
    }

    // MARK: Programs

    /// Runs a shell script in the workspace, with the programs on its PATH.
    private func shell(_ script: String, environment: [String: String] = [:]) throws -> String {
        _ = try self.environment([:])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: "\(trial.folder)/workspace")
        process.environment = [
            "PATH": "\(trial.folder)/temp/codebuild:/usr/bin:/bin", "CODEBUILD_SRC_DIR": "\(trial.folder)/workspace",
        ]
        .merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private func writeTests() throws {
        for name in ["test_a.py", "test_b.py", "more/test_c.py", "more/test d.py", "more/deep/test_e.py", "other.py", "x+y.txt"] {
            try trial.write("workspace/tests/\(name)", name)
        }
    }

    @Test(
        "files are found by patterns",
        arguments: [
            ("'tests/test_*.py'", "tests/test_a.py\ntests/test_b.py\n"),
            ("'**/test_*.py'", "tests/more/deep/test_e.py\ntests/more/test_c.py\ntests/test_a.py\ntests/test_b.py\n"),
            ("'tests/more/**'", "tests/more/deep/test_e.py\ntests/more/test d.py\ntests/more/test_c.py\n"),
            ("'./tests/{other,test_a}.py' 'tests/x+y.t?t'", "tests/other.py\ntests/test_a.py\ntests/x+y.txt\n"), ("none", ""),
        ])
    func globSearch(_ patterns: String, found: String) throws {
        try writeTests()
        #expect(try shell("codebuild-glob-search \(patterns)") == found)
    }

    @Test("a pattern may begin at the root, nothing of Git's is found, and one that matches nothing is told")
    func globSearchElsewhere() throws {
        try writeTests()
        try trial.write("workspace/.git/objects/pack", "x")
        try trial.write("workspace/tests/more/.git", "gitdir: x")
        try trial.write("workspace/.gitignore", "x")
        let root = "\(trial.folder)/workspace"
        #expect(try shell("codebuild-glob-search '**'").contains("/.git") == false)
        #expect(try shell("codebuild-glob-search '.*' '**/.git'") == ".gitignore\n")
        #expect(try shell("codebuild-glob-search '\(root)/tests/*.txt' 'tests/x*'") == "tests/x+y.txt\n")
        #expect(
            try shell("cd tests/more && codebuild-glob-search '\(root)/tests/*.txt' '\(root)/tests/more/*_c.py' '**/*_e.py'")
                == "\(root)/tests/x+y.txt\ndeep/test_e.py\ntest_c.py\n")
        // A pattern that begins above a folder finds what is in it, too.
        #expect(
            try shell("cd tests/more && codebuild-glob-search '\(root)/**/*_c.py' '\(root)/**/x+y.txt'")
                == "\(root)/tests/x+y.txt\ntest_c.py\n")
        #expect(
            try shell("codebuild-glob-search 'tests/x*' '*.lock' '/none/*' 2>&1 >/dev/null")
                == "codebuild-glob-search: no file matches *.lock\ncodebuild-glob-search: no file matches /none/*\n")
        let hash = try shell("codebuild-hash-files '**/*' '\(root)/tests/*.txt'")
        #expect(hash.count == 65)
        try trial.write("workspace/.git/objects/pack", "y")
        #expect(try shell("codebuild-hash-files '**/*'") == hash)
        #expect(
            try shell("codebuild-hash-files '*.lock' 2>&1").split(separator: "\n") == [
                "codebuild-hash-files: no file matches *.lock",
                "codebuild-hash-files: the hash is empty, and so the same for every state of the source",
            ])
    }

    @Test("the hash of files changes with what is in them, and with nothing else")
    func hashFiles() throws {
        try writeTests()
        let hash = try shell("cd tests && codebuild-hash-files 'tests/**/*.py'")
        #expect(hash.count == 65)
        try trial.write("workspace/tests/readme.md")
        #expect(try shell("codebuild-hash-files 'tests/**/*.py'") == hash)
        try trial.write("workspace/tests/other.py", "changed")
        #expect(try shell("codebuild-hash-files 'tests/**/*.py'") != hash)
        #expect(try shell("codebuild-hash-files none 2>/dev/null").isEmpty)
    }

    @Test("every test file is in one share", arguments: ["equal-distribution", "stability"])
    func testsRun(_ strategy: String) throws {
        try writeTests()
        var all: [String] = []
        for number in 1...3 {
            let output = try shell(
                "codebuild-tests-run --test-command 'printf \"%s\\n\"' --sharding-strategy \(strategy)"
                    + " --files-search \"codebuild-glob-search 'tests/**/test*.py'\"",
                environment: ["CODEBUILD_SHARD_NUMBER": "\(number)", "CODEBUILD_SHARD_COUNT": "3"])
            let files = output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("tests/") }
            if strategy == "equal-distribution" { #expect((1...2).contains(files.count)) }
            all += files
        }
        #expect(
            all.sorted() == [
                "tests/more/deep/test_e.py", "tests/more/test d.py", "tests/more/test_c.py", "tests/test_a.py", "tests/test_b.py",
            ])
    }

    @Test("a command that names the files itself gets them in a variable")
    func testsRunWithAVariable() throws {
        try writeTests()
        let output = try shell(
            "codebuild-tests-run --test-command 'echo \"$CODEBUILD_CURRENT_SHARD_FILES\" | wc -l' --files-search 'ls tests/*.py'")
        #expect(output.filter { $0 != " " } == "3\n")
    }

    // MARK: Credentials of git

    /// What git finds for an address, by the variables that a build has.
    private func credential(_ request: String, _ inputs: [String: String], _ more: [String: String] = [:]) throws -> [String] {
        var variables = try environment(inputs.merging(["git-credential-helper": "true"]) { $1 }).environment
        // The programs are where this process has them: the job knows the folder by another name.
        for (name, value) in variables where value.hasSuffix("/codebuild-git-credential") {
            variables[name] = "\(trial.folder)/temp/codebuild/codebuild-git-credential"
        }
        let home = ["HOME": trial.folder, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"]
        let found = try shell(
            "printf '\(request)\\n\\n' | git credential fill 2>&1",
            environment: variables.merging(home) { $1 }.merging(more) { $1 })
        return found.split(separator: "\n").map(String.init)
    }

    @Test("git finds the project's token for the repository's host, and for no other")
    func gitCredentialOfTheRepository() throws {
        trial.originURL = "git@git.example.com:team/app.git"
        let inputs = ["git-token": "token-of-the-project"]
        let found = try credential("protocol=https\\nhost=git.example.com", inputs)
        #expect(found.contains("username=x-access-token") && found.contains("password=token-of-the-project"), "\(found)")
        #expect(trial.log.contains("git finds a credential for CodeCommit and for https://git.example.com"))
        for other in ["protocol=https\\nhost=example.com", "protocol=http\\nhost=git.example.com"] {
            let found = try credential(other, inputs)
            #expect(!found.contains { $0.contains("token-of-the-project") }, "\(found)")
        }
        _ = try environment(["git-credential-helper": "true"])
        #expect(trial.log.last?.contains("none for https://git.example.com: \"git_credential\"") == true)
    }

    @Test("what the build's own variables configure of git stays")
    func gitConfigurationIsAddedTo() throws {
        trial.environment = ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "ada"]
        let variables = try environment(["git-credential-helper": "true"]).environment
        #expect(variables["GIT_CONFIG_KEY_0"] == nil && variables["GIT_CONFIG_COUNT"] == "5")
        #expect(variables["GIT_CONFIG_KEY_1"] == "credential.https://git-codecommit.*.amazonaws.com.helper")
    }

    @Test("for CodeCommit a password is made of the build's AWS credentials; without any, what is missing is said")
    func gitCredentialOfCodeCommit() throws {
        let request = "protocol=https\\nhost=git-codecommit.eu-west-1.amazonaws.com\\npath=v1/repos/app"
        let keys = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret/key+", "AWS_SESSION_TOKEN": "session"]
        let found = try credential(request, [:], keys)
        #expect(found.contains("username=AKIA%session"), "\(found)")
        // The time, and a digest of 256 bits; what it is made of is compared with AWS' own code in the scenarios.
        let password = try #require(found.first { $0.hasPrefix("password=") })
        #expect(password.wholeMatch(of: /password=\d{8}T\d{6}Z[0-9a-f]{64}/) != nil, "\(password)")
        let missing = try credential(request, [:])
        #expect(missing.contains { $0.contains("the build has no AWS credentials") }, "\(missing)")
    }

    // MARK: Artifacts

    private func artifact(_ inputs: [String: String]) throws -> [String] {
        let result = try trial.run(CodeBuildArtifactAction(), inputs)
        let id = try #require(result.outputs["artifact-id"]?.displayString)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", "import sys, zipfile; print('\\n'.join(sorted(zipfile.ZipFile(sys.argv[1]).namelist())))",
            "\(trial.storage.runs)/1/artifacts/\(id)/content",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(
        "an artifact has the files that its patterns mean, by their places below the base",
        arguments: [
            (["files": "**/*", "base-directory": "my-build2"], ["file2.txt", "sub/file3.txt"]),
            (["files": "*/file3.txt", "base-directory": "my-build2"], ["sub/file3.txt"]),
            (
                ["files": "**/*", "base-directory": "my-build*", "discard-paths": "true"],
                ["file1.txt", "file2.txt", "file3.txt"]
            ),
            (["files": "my-build1/*\n./top.txt"], ["my-build1/file1.txt", "top.txt"]),
            (["files": "my-build2"], ["my-build2/file2.txt", "my-build2/sub/file3.txt"]),
            (["files": "**/*", "exclude-paths": "**/sub/**/*\n**/file1*"], ["my-build2/file2.txt", "top.txt"]),
            (
                ["files": "**/*", "exclude-paths": "**/file1.txt/**/*\n**/f*2.txt/**/*"],
                ["my-build2/file2.txt", "my-build2/sub/file3.txt", "top.txt"]
            ),
            (["files": "/job/workspace/my-build2/sub/*", "base-directory": "my-build2"], ["sub/file3.txt"]),
        ])
    func artifactsHaveTheirFiles(_ inputs: [String: String], names: [String]) throws {
        for name in ["my-build1/file1.txt", "my-build2/file2.txt", "my-build2/sub/file3.txt", "top.txt"] {
            try trial.write("workspace/\(name)")
        }
        #expect(try artifact(inputs) == names)
    }

    @Test("links that stay in the artifact are kept as links, where that is wanted, and can be unpacked")
    func artifactsKeepLinks() throws {
        try trial.write("workspace/dist/lib/model.so.1", "model")
        try trial.write("workspace/other.txt", "other")
        let links = ["lib/model.so": "model.so.1", "latest": "lib", "out": "../other.txt", "gone": "/job/workspace/other.txt"]
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(
                atPath: "\(trial.folder)/workspace/dist/\(name)", withDestinationPath: target)
        }
        let inputs = ["files": "**/*", "base-directory": "dist", "name": "kept"]
        #expect(try artifact(inputs.merging(["enable-symlinks": "true"]) { $1 }) == ["latest", "lib/model.so", "lib/model.so.1"])
        #expect(trial.log.contains { $0.contains("dist/out is left out: it is a link to ../other.txt") })
        try trial.run(DownloadArtifactAction(), ["name": "kept", "path": "got"])
        let got = "\(trial.folder)/workspace/got"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(got)/lib/model.so") == "model.so.1")
        #expect(try String(contentsOfFile: "\(got)/latest/model.so.1", encoding: .utf8) == "model")
        let followed = try artifact(inputs.merging(["name": "followed"]) { $1 })
        #expect(followed.contains("latest/model.so.1") && followed.contains("out"), "\(followed)")
    }

    @Test("a name with slashes is one that a file can have; builds of a batch differ in it")
    func artifactNames() throws {
        try trial.write("workspace/a")
        let result = try trial.run(
            CodeBuildArtifactAction(), ["files": "a", "name": "builds/7/app:x", "suffix": "one"])
        #expect(result.outputs["name"] == "builds-7-app-x-one")
    }

    @Test("where nothing matches the step fails, and says so")
    func nothingMatches() {
        let failure = #expect(throws: ActionFailure.self) { try artifact(["files": "gone/**/*\nlost"]) }
        #expect(failure?.message == "no file matches the artifact's \"files\" (gone/**/*, lost): nothing is kept")
    }
}
