import Testing

@testable import Execution

struct ShellCommandTests {
    @Test(
        "a command line is split at white space, and quotes keep together what they enclose",
        arguments: [
            ("bash -e {0}", ["bash", "-e", "{0}"]), ("  a \t b  ", ["a", "b"]), (#"a "b c" d"#, ["a", "b c", "d"]),
            ("a 'b \"c\"'", ["a", "b \"c\""]), (#"a"b c"d"#, ["ab cd"]), (#"a "" ''"#, ["a", "", ""]), ("", []),
        ])
    func splitting(line: String, expected: [String]) {
        #expect(ShellCommand.split(line) == expected)
    }

    @Test(
        "each shell has the command line that GitHub's runner uses",
        arguments: [
            (nil, "bash -e S.sh"), ("", "bash -e S.sh"), ("bash", "bash --noprofile --norc -eo pipefail S.sh"),
            ("sh", "sh -e S.sh"), ("python", "python S.py"), ("perl -w {0}", "perl -w S"), ("cat {0} {0}", "cat S S"),
            ("bash -c 'source {0} && run'", "bash -c source S && run"),
        ] as [(String?, String)])
    func forms(shell: String?, expected: String) throws {
        let command = try ShellCommand(shell: shell, finds: { _ in true })
        #expect(command.commandLine(script: "S\(command.fileExtension)").joined(separator: " ") == expected)
    }

    @Test("what the machine lacks has a stand-in")
    func standIns() throws {
        #expect(try ShellCommand(shell: nil, finds: { _ in false }).display == "sh -e {0}")
        #expect(try ShellCommand(shell: "python", finds: { $0 == "python3" }).display == "python3 {0}")
    }

    @Test("PowerShell gets its exit code handed on")
    func powerShell() throws {
        let command = try ShellCommand(shell: "pwsh", finds: { _ in true })
        #expect(command.commandLine(script: "/t/S.ps1") == ["pwsh", "-command", ". '/t/S.ps1'"])
        #expect(command.epilogue.contains("LASTEXITCODE"))
    }

    @Test("a name that is no shell is refused with the names that are", arguments: ["fish", "bash -e", "{}"])
    func unknown(shell: String) {
        let error = #expect(throws: ExecutionError.self) { try ShellCommand(shell: shell, finds: { _ in true }) }
        #expect(error?.message.contains("\"\(shell)\"") == true)
        #expect(error?.message.contains("{0}") == true)
    }
}
