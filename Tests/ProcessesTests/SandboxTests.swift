import Glibc
import Processes
import Testing

@Suite(.enabled(if: Trial.canSandbox))
struct SandboxTests {
    private func run(_ script: String, in sandbox: Sandbox, folder: String? = nil) throws -> Trial.Result {
        var specification = Trial.bash(script)
        specification.namespaces = sandbox.handle
        specification.workingDirectory = folder
        return try Trial.run(specification)
    }

    @Test("a step is a direct child outside and sees a process namespace of its own inside")
    func processNamespace() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        let result = try run("echo $PPID; ls -d /proc/[0-9]* | wc -l", in: sandbox)
        #expect(result.outcome == .exited(0))
        // The parent is out of sight; and there are the sandbox's two, the shell, ls and wc.
        #expect(result.lines.first == "0" && (Int(result.lines.last ?? "") ?? 99) <= 6)
    }

    @Test("no capability can be had in it, whoever runs it")
    func capabilities() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        let result = try run("grep -E '^Cap|NoNewPrivs' /proc/self/status | cut -f2", in: sandbox)
        #expect(result.lines == Array(repeating: "0000000000000000", count: 5) + ["1"])
    }

    @Test("the system is read-only, and what was bound writable is written through")
    func writable() throws {
        let folder = Trial.temporaryFolder()
        let sandbox = try Sandbox.start(SandboxPolicy(writable: [.init(folder)]))
        defer { sandbox.stop() }
        let result = try run(
            "pwd; echo made > file; touch /usr/x /etc/x /x; touch /tmp/own && echo tmp", in: sandbox, folder: folder)
        #expect(result.lines.first == folder && result.lines.last == "tmp")
        #expect(result.lines.count { $0.contains("Read-only file system") } == 3)
        #expect(Trial.text(of: folder + "/file") == "made\n")
        #expect(access("/tmp/own", F_OK) != 0)
    }

    @Test("a hidden folder is empty, and a workspace inside it is not")
    func hidden() throws {
        let state = Trial.temporaryFolder()
        mkdir(state + "/workspace", 0o755)
        Trial.write("secret", to: state + "/database")
        Trial.write("secret", to: state + "/workspace/source")
        var policy = SandboxPolicy(readable: [.init("/tmp", at: "/host")], writable: [.init(state + "/workspace")])
        policy.readable = [.init(state)]
        policy.hidden = [state, "/no/such/path"]
        let sandbox = try Sandbox.start(policy)
        defer { sandbox.stop() }
        let result = try run(
            "ls \(state); ls \(state)/workspace; touch \(state)/workspace/x && echo yes; touch \(state)/y", in: sandbox)
        #expect(result.lines.prefix(3) == ["workspace", "source", "yes"])
        #expect(result.output.contains("Read-only file system") && !result.output.contains("database"))
    }

    @Test("neither the hidden paths nor anything of the daemon show in the process list")
    func commandLine() throws {
        let folder = Trial.temporaryFolder()
        var policy = SandboxPolicy(readable: [.init(folder)])
        policy.hidden = [folder]
        let sandbox = try Sandbox.start(policy)
        defer { sandbox.stop() }
        let lines = try run("cat /proc/1/cmdline /proc/2/cmdline | tr '\\0' ' '; ls /proc/1/environ", in: sandbox)
        #expect(!lines.output.contains(folder))
    }

    @Test("the kernel's settings can't be changed, also by root")
    func kernelSettings() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        let result = try run(
            "for f in vm/swappiness kernel/core_pattern; do [ -w /proc/sys/$f ] && echo $f; done; true", in: sandbox)
        #expect(result == Trial.Result(outcome: .exited(0), output: ""))
    }

    @Test("without the network there is a loopback and nothing else")
    func network() throws {
        var policy = SandboxPolicy()
        policy.sharesNetwork = false
        policy.hostName = "builder"
        let sandbox = try Sandbox.start(policy)
        defer { sandbox.stop() }
        let result = try run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; cat /proc/sys/kernel/hostname", in: sandbox)
        #expect(result.lines == ["lo", "builder"])
    }

    @Test("files in /tmp and background processes stay from step to step")
    func lasting() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        #expect(try run("echo kept > /tmp/file; sleep 1000 > /dev/null 2>&1 & echo $! > /tmp/pid", in: sandbox).outcome.isSuccess)
        #expect(try run("cat /tmp/file; kill -0 $(cat /tmp/pid) && echo alive", in: sandbox).lines == ["kept", "alive"])
    }

    @Test("stopping it kills what made a session of its own, and starting in it afterwards is an error")
    func stop() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        #expect(sandbox.isRunning)
        #expect(try run("setsid sleep 1000 > /dev/null 2>&1 < /dev/null & true", in: sandbox).outcome.isSuccess)
        let inside = ProcessTree.descendants(of: sandbox.firstProcess)
        #expect(inside.count == 2)
        #expect(sandbox.stop())
        #expect(!sandbox.isRunning && !inside.contains(where: Trial.isRunning))
        let error = #expect(throws: ProcessError.self) { try run("true", in: sandbox) }
        #expect(error?.kind == .sandbox)
    }

    @Test("a step that fails to start leaves the sandbox as it was")
    func failedStart() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        var specification = ProcessSpecification(executable: "no-such-tool", environment: Trial.environment)
        specification.namespaces = sandbox.handle
        #expect(throws: ProcessError.self) { try SpawnedProcess.start(specification) }
        specification.executable = "true"
        specification.workingDirectory = "/root/not/in/there"
        let error = #expect(throws: ProcessError.self) { try SpawnedProcess.start(specification) }
        #expect(error?.kind == .workingDirectory)
        #expect(try run("true", in: sandbox).outcome.isSuccess)
    }

    @Test("a path that doesn't exist is what bubblewrap complains about, with a remedy")
    func badPath() throws {
        let policy = SandboxPolicy(readable: [.init("/no/such/folder")])
        let error = #expect(throws: ProcessError.self) { try Sandbox.start(policy) }
        #expect(error?.kind == .sandbox && error?.reason.contains("/no/such/folder") == true && error?.remedy != nil)
    }

    @Test("a missing bubblewrap is diagnosed with how to install it")
    func missingBubblewrap() {
        let diagnosis = Sandbox.diagnosis(bubblewrap: "no-such-bwrap")
        #expect(!diagnosis.isAvailable && diagnosis.remedy?.contains("apt-get install bubblewrap") == true)
    }

    @Test("root's own files are masked when the daemon is root", .enabled(if: Trial.isRoot))
    func rootOnlyFiles() throws {
        let sandbox = try Sandbox.start(SandboxPolicy())
        defer { sandbox.stop() }
        #expect(try !run("cat /etc/shadow", in: sandbox).output.contains("root:"))
    }

    @Test("a daemon that is root can run a step as another user", .enabled(if: Trial.isRoot))
    func otherUser() throws {
        var policy = SandboxPolicy()
        policy.separatesUsers = false
        let sandbox = try Sandbox.start(policy)
        defer { sandbox.stop() }
        var specification = Trial.bash("id -u; grep CapPrm /proc/self/status; touch /tmp/mine && echo yes")
        specification.namespaces = sandbox.handle
        specification.identity = ProcessUser(userID: 4321, groupID: 4321)
        #expect(try Trial.run(specification).lines == ["4321", "CapPrm:\t0000000000000000", "yes"])
    }

    @Test("an ordinary user can make one and join it", .enabled(if: Trial.isRoot && Trial.probe != nil))
    func ordinaryUser() throws {
        let copy = Trial.temporaryFolder()
        chmod(copy, 0o755)
        #expect(try Trial.run("install -m 755 \(Trial.probe ?? "") \(copy)/probe").outcome.isSuccess)
        var specification = ProcessSpecification(
            executable: copy + "/probe", arguments: ["sandbox", "id -u; grep CapEff /proc/self/status; hostname"],
            environment: Trial.environment, workingDirectory: "/")
        specification.identity = ProcessUser(userID: 65534, groupID: 65534)
        #expect(try Trial.run(specification).lines == ["65534", "CapEff:\t0000000000000000", "slipway"])
    }

    @Test("when the process that made it is killed, nothing of it is left", .enabled(if: Trial.probe != nil))
    func killedOwner() throws {
        let script = "(trap '' TERM HUP; exec setsid sleep 1000) & trap '' TERM HUP; echo ready; while :; do wait; done"
        let pipe = try OutputPipe()
        let owner = try Trial.start(
            ProcessSpecification(executable: Trial.probe ?? "", arguments: ["sandbox", script], environment: Trial.environment),
            into: pipe)
        #expect(Trial.line(from: pipe, of: owner) == "ready")
        let everything = ProcessTree.descendants(of: owner.pid)
        #expect(everything.count >= 5)
        owner.signal(SIGKILL)
        #expect(owner.wait() == .signaled(SIGKILL))
        #expect(Trial.awaited { !everything.contains(where: Trial.isRunning) })
    }
}
