import Glibc
import Processes
import Testing

struct TeardownTests {
    private static let patient = Teardown(steps: [.init(signal: SIGTERM, grace: .seconds(10))])
    private static let hasty = Teardown(steps: [.init(signal: SIGTERM, grace: .milliseconds(20))])

    @Test("a process that obeys the first signal can tidy up, and its last words are read")
    func obedient() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(
            Trial.bash("trap 'echo bye; exit 7' TERM; echo ready; while :; do read -t 1 <> <(:); done"), into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        var bytes: [UInt8] = []
        #expect(Self.patient.end(process, draining: pipe) { bytes += $0 } == .exited(7))
        _ = pipe.drain { bytes += $0 }
        #expect(String(decoding: bytes, as: UTF8.self) == "bye\n")
    }

    @Test("whoever ignores the signal is killed, with the children that ignore it too")
    func disobedient() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(
            Trial.bash("trap '' TERM; sleep 1000 & sleep 1000 & echo ready; while :; do wait; done"), into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        let children = ProcessTree.descendants(of: process.pid)
        #expect(children.count == 2)
        #expect(Self.hasty.end(process) == .signaled(SIGKILL))
        #expect(!children.contains(where: Trial.isRunning))
    }

    @Test("what the leader left behind in its session is found after the leader's end")
    func leaderGone() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("(trap '' TERM; exec sleep 1000) & echo $!"), into: pipe)
        let left = Int32(Trial.line(from: pipe, of: process)) ?? 0
        #expect(process.awaitExit(until: .now + .seconds(10)) && Trial.isRunning(left))
        #expect(Self.hasty.end(process) == .exited(0))
        #expect(Trial.awaited { !Trial.isRunning(left) })
    }

    @Test("a stopped process ends too")
    func stopped() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("echo ready; kill -STOP $$; exec sleep 1000"), into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        #expect(Self.patient.end(process) == .signaled(SIGTERM))
    }

    @Test("a process that is stuck in writing to a full pipe can still end in good order")
    func fullPipe() throws {
        let pipe = try OutputPipe(capacity: 4096)
        let process = try Trial.start(
            Trial.bash("trap 'head -c 300000 /dev/zero; exit 9' TERM; echo ready; while :; do read -t 1 <> <(:); done"),
            into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        var count = 0
        let outcome = Self.patient.end(process, draining: pipe) { count += $0.count }
        _ = pipe.drain { count += $0.count }
        #expect(outcome == .exited(9) && count == 300_000)
    }

    @Test("everything in a sandbox ends, and the sandbox stays for the steps that come after", .enabled(if: Trial.canSandbox))
    func sandboxScope() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        var specification = Trial.bash("trap '' TERM; setsid setsid sleep 1000 & echo ready; while :; do wait; done")
        specification.namespaces = sandbox.handle
        let pipe = try OutputPipe()
        let process = try Trial.start(specification, into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        #expect(Self.hasty.end(process, scope: .sandbox(sandbox)) == .signaled(SIGKILL))
        #expect(sandbox.isRunning && ProcessTree.descendants(of: sandbox.firstProcess).count == 1)
        specification.arguments[1] = "echo after"
        #expect(try Trial.run(specification).output == "after\n")
    }

    @Test("what made a session of its own and lost its parent is found among the adopted", .enabled(if: Trial.probe != nil))
    func everything() throws {
        let script = "for i in 1 2 3; do (setsid sh -c 'trap \"\" TERM; sleep 1000 & sleep 1000' > /dev/null 2>&1 &); done"
        let result = try Trial.run(
            ProcessSpecification(
                executable: Trial.probe ?? "", arguments: ["everything", script], environment: Trial.environment))
        #expect(result.lines.last == "left: 0")
    }

    @Test("a guard kills what its process started when that is killed", .enabled(if: Trial.probe != nil))
    func guarded() throws {
        let pipe = try OutputPipe()
        let script = "setsid sleep 1000 & echo $PPID $!; wait"
        let guardian = try Trial.start(
            ProcessSpecification(executable: Trial.probe ?? "", arguments: ["guarded", script], environment: Trial.environment),
            into: pipe)
        let pids = Trial.line(from: pipe, of: guardian).split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 2 && pids.allSatisfy(Trial.isRunning))
        kill(pids[0], SIGKILL)
        #expect(guardian.wait() == .signaled(SIGKILL))
        #expect(!pids.contains(where: Trial.isRunning))
    }
}
