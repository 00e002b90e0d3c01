import Glibc
import Processes
import Testing

struct SpawnedProcessTests {
    @Test(
        "exit codes and signals are told apart",
        arguments: [
            ("exit 0", ProcessOutcome.exited(0)), ("exit 3", .exited(3)), ("exit 255", .exited(255)),
            ("kill -TERM $$", .signaled(SIGTERM)), ("kill -KILL $$", .signaled(SIGKILL)),
        ])
    func outcomes(script: String, outcome: ProcessOutcome) throws {
        #expect(try Trial.run(script).outcome == outcome)
    }

    @Test("the environment is exactly what was given")
    func environment() throws {
        let specification = ProcessSpecification(executable: "/usr/bin/env", environment: [("ONE", "1"), ("TWO", "a b=c\nd")])
        #expect(try Trial.run(specification).output == "ONE=1\nTWO=a b=c\nd\n")
    }

    @Test("a program without a slash is searched in the PATH of its own environment")
    func searchPath() throws {
        let folder = Trial.temporaryFolder()
        Trial.write("#!/bin/sh\necho found\n", to: folder + "/a-tool")
        chmod(folder + "/a-tool", 0o755)
        let specification = ProcessSpecification(executable: "a-tool", environment: [("PATH", "/nowhere:\(folder):/bin")])
        #expect(try Trial.run(specification).output == "found\n")
    }

    @Test("a missing program is named, with the folders that were searched")
    func missingProgram() throws {
        let error = #expect(throws: ProcessError.self) {
            try SpawnedProcess.start(ProcessSpecification(executable: "no-such-tool", environment: [("PATH", "/usr/bin:/bin")]))
        }
        #expect(error?.kind == .executable && error?.code == ENOENT)
        #expect(error?.description.contains("'no-such-tool'") == true && error?.description.contains("/usr/bin:/bin") == true)
    }

    @Test("a script whose interpreter is missing is told apart from a missing script")
    func missingInterpreter() throws {
        let script = Trial.temporaryFolder() + "/script"
        Trial.write("#!/no/such/interpreter\n", to: script)
        chmod(script, 0o755)
        let error = #expect(throws: ProcessError.self) { try SpawnedProcess.start(ProcessSpecification(executable: script)) }
        #expect(error?.description.contains("interpreter") == true)
    }

    @Test("a file that is not executable says so")
    func notExecutable() throws {
        let script = Trial.temporaryFolder() + "/script"
        Trial.write("echo", to: script)
        let error = #expect(throws: ProcessError.self) { try SpawnedProcess.start(ProcessSpecification(executable: script)) }
        #expect(error?.kind == .executable && error?.code == EACCES)
    }

    @Test("a missing working directory is named")
    func missingDirectory() throws {
        var specification = Trial.bash("true")
        specification.workingDirectory = "/no/such/folder"
        let error = #expect(throws: ProcessError.self) { try SpawnedProcess.start(specification) }
        #expect(error?.kind == .workingDirectory && error?.description.contains("/no/such/folder") == true)
    }

    @Test("a zero byte in an argument is refused and not cut off")
    func zeroByte() throws {
        let specification = ProcessSpecification(executable: "/bin/echo", arguments: ["a\0b"])
        #expect(throws: ProcessError.self) { try SpawnedProcess.start(specification) }
    }

    @Test("an argument that is too long for Linux is explained")
    func longArgument() throws {
        let specification = ProcessSpecification(executable: "/bin/echo", arguments: [String(repeating: "x", count: 200_000)])
        let error = #expect(throws: ProcessError.self) { try SpawnedProcess.start(specification) }
        #expect(error?.code == E2BIG && error?.remedy?.contains("128 KiB") == true)
    }

    @Test("standard input is at its end from the start")
    func standardInput() throws {
        #expect(try Trial.run("cat; echo end").output == "end\n")
    }

    @Test("only the three standard descriptors and the listed ones are open")
    func descriptors() throws {
        let file = open("/dev/zero", O_RDONLY)
        defer { close(file) }
        var specification = Trial.bash("ls /proc/$$/fd; true")
        #expect(try Trial.run(specification).lines.filter { $0 != "255" } == ["0", "1", "2"])
        specification.inheritedDescriptors = [file]
        specification.arguments[1] = "readlink /proc/$$/fd/3"
        #expect(try Trial.run(specification).output == "/dev/zero\n")
    }

    @Test("it leads a session and a process group of its own unless told otherwise")
    func session() throws {
        var specification = Trial.bash("read -r pid rest < /proc/self/stat; cut -d' ' -f5,6 /proc/$$/stat; echo $$")
        let own = try Trial.run(specification).output.split { " \n".contains($0) }
        #expect(own.count == 3 && Set(own).count == 1)
        specification.newSession = false
        let shared = try Trial.run(specification).output.split { " \n".contains($0) }
        #expect(shared.count == 3 && shared[1] == "\(getsid(0))")
    }

    @Test("signals are at their defaults, also those that the caller ignores")
    func signals() throws {
        let before = signal(SIGUSR2, SIG_IGN)
        defer { _ = signal(SIGUSR2, before) }
        let masks = try Trial.run("grep -E 'SigBlk|SigIgn' /proc/self/status").output
        #expect(masks == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
    }

    @Test("limits, creation mask and memory score are in force in the program")
    func restrictions() throws {
        var specification = Trial.bash("ulimit -n; umask; cat /proc/self/oom_score_adj; grep NoNewPrivs /proc/self/status")
        specification.limits = [ResourceLimit(.openFiles, soft: 123)]
        specification.fileCreationMask = 0o027
        specification.outOfMemoryScore = 300
        #expect(try Trial.run(specification).lines == ["123", "0027", "300", "NoNewPrivs:\t1"])
        #expect(Trial.text(of: "/proc/self/oom_score_adj") == "0\n")
    }

    @Test("another user's process has that user's groups and no capability", .enabled(if: Trial.isRoot))
    func identity() throws {
        var specification = Trial.bash("id -u; id -g; id -G; grep CapEff /proc/self/status")
        specification.identity = ProcessUser(userID: 4321, groupID: 4322, supplementaryGroups: [4323])
        specification.dropsCapabilities = true
        #expect(try Trial.run(specification).lines == ["4321", "4322", "4322 4323", "CapEff:\t0000000000000000"])
    }

    @Test("a wait with a deadline says that the process runs, and a later one how it ended")
    func deadline() throws {
        let pipe = try OutputPipe()
        let process = try Trial.start(Trial.bash("echo ready; exec cat /dev/zero > /dev/null"), into: pipe)
        #expect(Trial.line(from: pipe, of: process) == "ready")
        #expect(process.wait(until: .now) == nil)
        process.signal(SIGKILL)
        #expect(process.wait() == .signaled(SIGKILL))
        #expect(process.wait() == .signaled(SIGKILL), "asking again gives the same answer")
        #expect(!process.signal(SIGTERM), "a signal to an ended process reaches nobody")
    }

    @Test("an asynchronous wait returns at the end, and at once when it is cancelled")
    func asynchronousWait() async throws {
        let process = try SpawnedProcess.start(Trial.bash("exit 5"))
        #expect(await process.outcome() == .exited(5))
        let endless = try SpawnedProcess.start(Trial.bash("exec sleep 1000"))
        let waiting = Task { await endless.outcome() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        endless.signal(SIGKILL)
        #expect(await endless.outcome() == .signaled(SIGKILL))
    }

    @Test("many starts from several threads leave no descriptor and no zombie behind")
    func manyStarts() async throws {
        let outcomes = try await withThrowingTaskGroup(of: [ProcessOutcome].self) { group in
            for _ in 0..<4 {
                group.addTask { try (0..<50).map { try SpawnedProcess.start(Trial.bash("exit \($0)")).wait() } }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count == 200 && Set(outcomes).count == 50)
    }
}
