import Glibc
import Processes
import Testing

struct OutputPipeTests {
    @Test("output that a helper writes after the leader's end is complete")
    func helperOutput() throws {
        let result = try Trial.run("exec > >(cat) 2>&1; seq 1 50000; echo tail")
        #expect(result.lines.count == 50_001 && result.lines.last == "tail")
    }

    @Test("a background process that keeps the pipe open ends the reading after the grace, with all that was written")
    func backgroundProcess() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("sleep 1000 & echo $!"), into: pipe)
        var bytes: [UInt8] = []
        #expect(pipe.read(leader: process, grace: .milliseconds(10)) { bytes += $0 } == .graceElapsed)
        #expect(process.wait() == .exited(0))
        let pid = Int32(String(decoding: bytes, as: UTF8.self).dropLast()) ?? 0
        #expect(Trial.isRunning(pid))
        kill(pid, SIGKILL)
    }

    @Test("a background process that writes without end doesn't hang the reading")
    func endlessWriter() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("echo first; yes &"), into: pipe)
        var count = 0
        #expect(pipe.read(leader: process, grace: .milliseconds(10)) { count += $0.count } == .graceElapsed)
        #expect(count > 0)
        Teardown.immediate.end(process)
    }

    @Test("output and errors come in the order in which they were written")
    func order() throws {
        let result = try Trial.run("for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done")
        #expect(result.lines == (1...5).flatMap { ["out \($0)", "err \($0)"] })
    }

    @Test("more than any buffer holds arrives whole")
    func large() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("head -c 20000000 /dev/zero"), into: pipe)
        var count = 0
        #expect(pipe.read(leader: process, grace: .seconds(10)) { count += $0.count } == .endOfFile)
        #expect(count == 20_000_000 && process.wait() == .exited(0))
    }

    @Test("a readable control descriptor interrupts the reading, which can go on")
    func interruption() throws {
        let control = try OutputPipe()
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("echo one; exec sleep 1000"), into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "one")
        #expect(Glibc.write(control.writeEnd, "x", 1) == 1)
        #expect(pipe.read(leader: process, grace: .zero, interruption: control.readEnd) { _ in } == .interrupted)
        process.signal(SIGKILL)
        #expect(pipe.read(leader: process, grace: .seconds(10)) { _ in } == .endOfFile)
        #expect(process.wait() == .signaled(SIGKILL))
    }
}
