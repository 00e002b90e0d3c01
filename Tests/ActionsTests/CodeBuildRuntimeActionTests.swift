import Execution
import Expressions
import Foundation
import Testing

@testable import Actions

/// Runtimes of buildspecs, of which programs stand in that say what the real ones say.
struct CodeBuildRuntimeActionTests {
    private let trial = ActionTrial(runsCommands: true)

    /// Puts a program in the folder for tools.
    private func put(_ path: String, saying text: String, toError: Bool = false) throws {
        try trial.write("tools/\(path)", "#!/bin/sh\ncat \(toError ? ">&2 " : "")<<'END'\n\(text)\nEND\n", mode: 0o755)
    }

    private func run(_ runtime: String, _ version: String) throws -> ActionResult {
        try trial.run(CodeBuildRuntimeAction(), ["runtime": runtime, "version": version])
    }

    @Test(
        "the version that agrees is found, whatever way the program says it",
        arguments: [
            ("golang", "go/91.22.3/x64/bin/go", "go version go91.22.3 linux/amd64", "91.22", "91.22.3"),
            ("golang", "go/91.22.3/x64/bin/go", "go version go91.22.3 linux/amd64", "91.x", "91.22.3"),
            ("ruby", "Ruby/93.2.1/x64/bin/ruby", "ruby 93.2.1p20 (2022-04-12 revision 1) [x86_64-linux]", "93.2", "93.2.1"),
            ("php", "php/98.1.2/x64/bin/php", "PHP 98.1.2 (cli) (built: Jun  9 2023)\nCopyright", "98.1", "98.1.2"),
            ("dotnet", "dotnet/dotnet", "96.0.400 [/usr/share/dotnet/sdk]\n98.0.100 [/usr/share/dotnet/sdk]", "98.0", "98.0.100"),
        ])
    func found(runtime: String, path: String, said: String, wanted: String, version: String) throws {
        try put(path, saying: said)
        let result = try run(runtime, wanted)
        #expect(result.outputs["version"]?.displayString == version)
        #expect(result.pathEntries == [(("\(trial.folder)/tools/\(path)" as NSString).deletingLastPathComponent)])
    }

    @Test("Java is found by its release, however the file and the program call it, with JAVA_HOME")
    func java() throws {
        try put("Java_Corretto_jdk/921/x64/bin/java", saying: "openjdk version \"921.0.2\" 2024-01-16 LTS", toError: true)
        try put("Java_Old_jdk/908/x64/bin/java", saying: "openjdk version \"1.908.0_392\"", toError: true)
        let result = try run("java", "corretto921")
        #expect(result.outputs["version"]?.displayString == "921.0.2")
        #expect(result.environment["JAVA_HOME"] == "\(trial.folder)/tools/Java_Corretto_jdk/921/x64")
        #expect(try run("java", "openjdk908").outputs["version"]?.displayString == "908.0")
        #expect(try run("java", "latest").outputs["version"]?.displayString == "921.0.2")
    }

    @Test("an older SDK beside a newer one is there, but not what the program uses by itself")
    func severalSDKs() throws {
        try put("dotnet/dotnet", saying: "96.0.400 [/x]\n98.0.100 [/x]")
        #expect(try run("dotnet", "96.0").outputs["version"]?.displayString == "96.0.400")
        #expect(trial.log.contains { $0.hasPrefix("##[warning]") && $0.contains("uses 98.0.100 by itself") })
    }

    @Test("a program that goes by its version's name is found by its own")
    func linked() throws {
        let place = HostRuntime(program: "php", places: ["\"$TOOLS\"/own/php9*"], question: "\"$1\" --version")
        try put("own/php98.2", saying: "98.2.1")
        let found = try #require(try place.installed(trial.invocation([:])).first { $0.version.description == "98.2.1" })
        #expect(found.program.hasSuffix("/own/php98.2"))
    }

    @Test("what is not installed is said, with what is, and what can be done")
    func missing() throws {
        try put("go/91.22.3/x64/bin/go", saying: "go version go91.22.3 linux/amd64")
        let failure = try #require(throws: ActionFailure.self) { try self.run("golang", "91.21") }
        #expect(failure.message.contains("asks for golang 91.21; installed here is"))
        #expect(failure.message.contains("91.22.3 (\(trial.folder)/tools/go/91.22.3/x64/bin/go)"))
        #expect(failure.message.contains("install it on this host"))
        let odd = try #require(throws: ActionFailure.self) { try self.run("golang", "newest") }
        #expect(odd.message.contains("expected such as 1.22, 8.x, corretto21 or latest"))
        #expect(throws: ActionFailure.self) { try self.run("cobol", "1") }
    }
}
