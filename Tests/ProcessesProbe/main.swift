// Plays the parts of the daemon's processes in the tests of Processes: what has to happen when a process is killed, or runs as
// another user, can't be tried in the test process itself.
import Dispatch
import Glibc
import Processes
import Synchronization

/// Runs a script in the shell; its output is this program's.
func shell(_ script: String, in sandbox: Sandbox? = nil) throws -> SpawnedProcess {
    var specification = ProcessSpecification(
        executable: "bash", arguments: ["-c", script], environment: [("PATH", "/usr/bin:/bin")])
    specification.namespaces = sandbox?.handle
    specification.output = .descriptor(STDOUT_FILENO)
    specification.errors = .descriptor(STDERR_FILENO)
    return try SpawnedProcess.start(specification)
}

func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    _ = Glibc.write(descriptor, text, text.utf8.count)
}

func play(_ assignment: ForkServer.Assignment) -> Never {
    let output = assignment.descriptors.first?.number ?? STDOUT_FILENO
    switch assignment.role {
    case "identify":
        write("\(getpid()) \(getppid()) \(getsid(0)) \(assignment.descriptors.count)\n", to: output)
    case "hang":
        write("ready\n", to: output)
        while true { pause() }
    case "wait":
        // Ends when the other end of the second descriptor is closed.
        write("ready\n", to: output)
        var entry = pollfd(fd: assignment.descriptors[1].number, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) < 0 {}
        write("done\n", to: output)
    case "contend":
        do { try ForkedThread.run { contend() } } catch { exit(3) }
        write("done\n", to: output)
    default:
        exit(2)
    }
    exit(0)
}

/// Several threads want one lock over and over.
func contend() {
    let counter = Counter()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
        for _ in 0..<2000 { counter.count() }
    }
}

final class Counter: Sendable {
    private let lock = Mutex(0)

    func count() {
        lock.withLock { number in
            number += 1
            _ = poll(nil, 0, 0)
        }
    }
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "fork-server":
    // As a rehearsal does: the number of this thread is remembered from now on.
    Mutex(0).withLock { $0 += 1 }
    if let assignment = ForkServer.serve() { play(assignment) }
case "sandbox":
    let sandbox = try Sandbox.start(SandboxPolicy())
    exit(try shell(arguments[2], in: sandbox).wait().exitCode)
case "guarded":
    try ProcessTree.goOnGuarded()
    exit(try shell(arguments[2]).wait().exitCode)
case "everything":
    try ProcessTree.adoptOrphans()
    _ = try shell(arguments[2]).wait()
    Teardown.immediate.endAll(in: .everything)
    write("left: \(ProcessTree.descendants(of: getpid()).count)\n")
default:
    exit(2)
}
