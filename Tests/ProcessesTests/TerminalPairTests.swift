import Glibc
import Processes
import Testing

@Suite struct TerminalPairTests {
    /// What a script prints on a terminal, and how it ends.
    private func run(_ script: String, in sandbox: Sandbox? = nil, typing text: String = "") throws -> Trial.Result {
        let pair = try TerminalPair(in: sandbox?.handle, columns: 101, rows: 33)
        var specification = Trial.bash(script)
        specification.standardInput = .descriptor(pair.far.number)
        specification.output = .descriptor(pair.far.number)
        specification.controlsTerminal = true
        specification.namespaces = sandbox?.handle
        let process = try SpawnedProcess.start(specification)
        pair.far.close()
        var bytes: [UInt8] = []
        // Not before the program is ready for it.
        while !text.isEmpty, !String(decoding: bytes, as: UTF8.self).contains("ready") {
            bytes += try pair.near.read(atMost: 4096)
        }
        try pair.near.write(Array(text.utf8))
        // Ends with an error once nobody has the terminal.
        while let chunk = try? pair.near.read(atMost: 4096), !chunk.isEmpty { bytes += chunk }
        let output = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        return Trial.Result(outcome: process.wait(), output: output)
    }

    @Test("a program has the terminal as its session's, with the size that was given")
    func size() throws {
        let result = try run("stty size; test -t 0 && test -t 1 && echo streams >/dev/tty; exit 3")
        #expect(result.lines == ["33 101", "streams"])
        #expect(result.outcome == .exited(3))
    }

    @Test("what is typed arrives, and Ctrl-C is a signal")
    func typed() throws {
        #expect(try run("stty -echo; echo ready; read line; echo \"got $line\"", typing: "hello\n").output.contains("got hello"))
        // The line's end wakes a shell that took the signal just before it began to read.
        let result = try run("trap 'echo interrupted; exit 4' INT; echo ready; read line; exit 5", typing: "\u{3}\n")
        #expect(result.output.contains("interrupted") && result.outcome == .exited(4))
    }

    @Test("in a sandbox it has its name in the sandbox's own /dev/pts", .enabled(if: Trial.canSandbox))
    func named() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        let result = try run("tty; ls /dev/pts; stty size", in: sandbox)
        #expect(result.lines.first == "/dev/pts/0" && result.lines.last == "33 101")
        #expect(result.output.contains("ptmx"))
    }
}
