import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions

struct SetupPythonActionTests {
    private func trial() -> ActionTrial { ActionTrial(runsCommands: true) }

    /// The host's own version, which every machine that runs these tests has.
    private func hostVersion(_ trial: ActionTrial) throws -> SemanticVersion {
        let invocation = try trial.invocation([:])
        return try PythonFinder(invocation).find(nil, architecture: nil).version
    }

    /// What a step after the action says, with its folders and variables.
    private func say(_ command: [String], after result: ActionResult, in trial: ActionTrial) throws -> String? {
        var runner = JobCommand(try trial.invocation([:]))
        runner.pathEntries = result.pathEntries
        runner.variables = result.environment
        return try runner.answer(command)
    }

    @Test("the host's Python is found by its version, in an environment of the job in which pip can install")
    func host() throws {
        let trial = trial()
        let version = try hostVersion(trial)
        let wanted = version.numbers.prefix(2).map(String.init).joined(separator: ".")
        let result = try trial.run(SetupPythonAction(), ["python-version": wanted])
        #expect(result.outputs["python-version"] == .string(version.description))
        let program = try #require(result.outputs["python-path"]?.displayString)
        #expect(program.hasPrefix("\(trial.folder)/temp/python/"))
        #expect(result.environment["pythonLocation"].map { program.hasPrefix($0) } == true)
        #expect(
            try say(["python", "-c", "import sys; print(sys.prefix)"], after: result, in: trial)
                == result.environment["pythonLocation"])
        #expect(try say(["pip", "--version"], after: result, in: trial)?.contains("\(trial.folder)/temp/python") == true)
        // A package of the test's own: nothing is fetched.
        try trial.write("workspace/pkg/pyproject.toml", "[project]\nname = \"own\"\nversion = \"1\"\n")
        try trial.write("workspace/wheel.py", Self.wheel)
        #expect(try say(["python", "wheel.py"], after: result, in: trial) == "made")
        let installed = try say(["pip", "install", "--no-index", "./own-1-py3-none-any.whl"], after: result, in: trial)
        #expect(installed?.contains("Successfully installed own-1") == true)
        #expect(try say(["python", "-c", "import own; print(own.word)"], after: result, in: trial) == "hello")
        #expect(try say(["python3", "-m", "pip", "uninstall", "--yes", "own"], after: result, in: trial) != nil)
    }

    private static let wheel = """
        import zipfile
        with zipfile.ZipFile("own-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("own.py", "word = 'hello'\\n")
            wheel.writestr("own-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: own\\nVersion: 1\\n")
            wheel.writestr("own-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
            wheel.writestr("own-1.dist-info/RECORD", "own.py,,\\nown-1.dist-info/METADATA,,\\nown-1.dist-info/WHEEL,,\\nown-1.dist-info/RECORD,,\\n")
        print("made")
        """

    @Test("a version of the folder for tools is found, as runners of GitHub have it")
    func tools() throws {
        let trial = trial()
        let version = try hostVersion(trial)
        // The host's Python under another number stands for one that was put there.
        let place = "\(trial.folder)/tools/Python/3.99.1/\(ToolFolder.architecture)/bin"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(place)/python3", withDestinationPath: "/usr/bin/python3")
        let result = try trial.run(SetupPythonAction(), ["python-version": ">=3.9"])
        #expect(result.outputs["python-version"] == "3.99.1")
        #expect(result.environment["LD_LIBRARY_PATH"]?.hasSuffix("3.99.1/\(ToolFolder.architecture)/lib") == true)
        let both = try trial.run(SetupPythonAction(), ["python-version": "3.99\n\(version)"])
        #expect(both.outputs["python-version"] == .string(version.description))
        #expect(both.pathEntries.count == 2 && both.pathEntries[1].contains("3.99.1"))
    }

    @Test("a version that is missing is told with what there is, and where to put it")
    func missing() throws {
        let trial = trial()
        let version = try hostVersion(trial)
        let error = #expect(throws: ActionFailure.self) {
            try trial.run(SetupPythonAction(), ["python-version": "2.7"])
        }
        #expect(error?.message.contains("Python 2.7 is not installed here. There is \(version)") == true)
        #expect(error?.message.contains("tools/Python/<version>/\(ToolFolder.architecture)") == true)
    }

    @Test("what is no CPython, or no version, is refused", arguments: ["pypy3.10", "graalpy-24", "three", "3.11.x.y"])
    func refused(version: String) throws {
        #expect(throws: ActionFailure.self) { try trial().run(SetupPythonAction(), ["python-version": version]) }
    }

    @Test(
        "files of the repository say which version",
        arguments: [
            (".python-version", "# ours\n3.12.1\n", ["3.12.1"]),
            (".tool-versions", "nodejs 20\npython 3.11.4 3.10\n", ["3.11.4"]),
            ("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.9,<3.13\"\n", [">=3.9,<3.13"]),
            ("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.10\" # here\n", ["^3.10"]),
            ("Pipfile", "[requires]\npython_version = \"3.11\"\n", ["3.11"]),
            ("pyproject.toml", "[tool.x]\npython = \"3\"\n", []),
        ])
    func versionFiles(name: String, text: String, expected: [String]) {
        #expect(PythonVersionFile(named: "sub/\(name)", text: text).versions == expected)
    }

    @Test(
        "Python's way to write ranges is understood",
        arguments: [
            (">=3.9,<3.13", ">=3.9 <3.13"), ("~=3.10", "^3.10"), ("~=3.10.2", "~3.10.2"), ("==3.11.*", "==3.11.x"),
            (">=3.9,!=3.9.1", ">=3.9"), ("3.13.0rc2", "3.13.0-rc.2"), ("3.14.0a1", "3.14.0-alpha.1"),
        ])
    func ranges(text: String, expected: String) {
        #expect(PythonRequest.normalized(text) == expected)
    }

    @Test("the version of a file is taken, and one that is not there is an error")
    func versionFile() throws {
        let trial = trial()
        try trial.write("workspace/pyproject.toml", "[project]\nrequires-python = \">=3.8\"\n")
        let result = try trial.run(SetupPythonAction(), ["python-version-file": "pyproject.toml"])
        #expect(result.outputs["python-version"] == .string(try hostVersion(trial).description))
        #expect(throws: ActionFailure.self) { try trial.run(SetupPythonAction(), ["python-version-file": "none"]) }
    }

    @Test("update-environment false leaves PATH and variables alone")
    func quiet() throws {
        let result = try trial().run(SetupPythonAction(), ["python-version": "3.x", "update-environment": "false"])
        #expect(result.pathEntries.isEmpty && result.environment.isEmpty)
        #expect(result.outputs["python-path"] != nil)
    }

    @Test("what pip fetched is kept after the job and found by the next, told apart by the requirements")
    func cache() throws {
        let trial = trial()
        try trial.write("workspace/requirements.txt", "own==1\n")
        let first = try trial.runWithPost(SetupPythonAction(), ["cache": "pip"]) {
            try trial.write("home/.cache/pip/http/wheel", "wheel")
        }
        #expect(first.main.outputs["cache-hit"] == "false")
        #expect(first.post.storage.count == 1)
        trial.newJob()
        try trial.write("workspace/requirements.txt", "own==1\n")
        let second = try trial.runWithPost(SetupPythonAction(), ["cache": "pip"])
        #expect(second.main.outputs["cache-hit"] == "true")
        #expect(trial.text("home/.cache/pip/http/wheel") == "wheel")
        #expect(second.post.storage.isEmpty)
        trial.newJob()
        try trial.write("workspace/requirements.txt", "own==2\n")
        let third = try trial.run(SetupPythonAction(), ["cache": "pip"])
        #expect(third.outputs["cache-hit"] == "false")
        #expect(trial.text("home/.cache/pip/http/wheel") == "wheel")
        trial.newJob()
        for inputs in [["cache": "pip"], ["cache": "conda"]] {
            #expect(throws: ActionFailure.self) { try trial.run(SetupPythonAction(), inputs) }
        }
    }
}
