internal import CProcesses
internal import Glibc

/// The pipes between this process and a starting bubblewrap: the lifeline that keeps `cat` running, its echo, what bubblewrap
/// says about itself, and its complaints.
struct SandboxChannels {
    let lifeline: OwnedDescriptor
    private let lifelineEnd: OwnedDescriptor
    private let echo: OwnedDescriptor
    private let echoEnd: OwnedDescriptor
    private let information: OwnedDescriptor
    private let informationEnd: OwnedDescriptor
    private let complaints: OwnedDescriptor
    private let complaintsEnd: OwnedDescriptor
    private let arguments: OwnedDescriptor

    init(_ policy: SandboxPolicy) throws(ProcessError) {
        (lifelineEnd, lifeline) = try OwnedDescriptor.pipe()
        (echo, echoEnd) = try OwnedDescriptor.pipe()
        (information, informationEnd) = try OwnedDescriptor.pipe()
        (complaints, complaintsEnd) = try OwnedDescriptor.pipe()
        // In a file, as a command line could be read in the sandbox and would show the hidden paths.
        arguments = try OwnedDescriptor.inMemory(policy.bubblewrapArguments.flatMap { Array($0.utf8) + [0] })
    }

    func specification(bubblewrap: String) -> ProcessSpecification {
        var specification = ProcessSpecification(executable: bubblewrap, workingDirectory: "/")
        let cat = KernelFile.exists("/usr/bin/cat") ? "/usr/bin/cat" : "/bin/cat"
        specification.arguments = ["--args", "4", "--die-with-parent", "--info-fd", "3", "--", cat]
        specification.standardInput = .descriptor(lifelineEnd.number)
        specification.output = .descriptor(echoEnd.number)
        specification.errors = .descriptor(complaintsEnd.number)
        specification.inheritedDescriptors = [informationEnd.number, arguments.number]
        // A bubblewrap that is installed set-user-ID has to be able to become root.
        specification.noNewPrivileges = false
        return specification
    }

    /// After this, a bubblewrap that ends is noticed as the end of its pipes.
    func closeFarEnds() {
        for end in [lifelineEnd, echoEnd, informationEnd, complaintsEnd, arguments] { end.close() }
    }

    /// The pid of the sandbox's first process, from the JSON that bwrap writes to --info-fd.
    func firstProcess(until deadline: SuspendingClock.Instant) throws(ProcessError) -> Int32 {
        var text = ""
        while !text.contains("}") {
            guard Polling.ready([information.number], until: deadline)[0] else { throw Self.tookTooLong }
            let chunk = try information.read(atMost: 1024)
            guard !chunk.isEmpty else { throw failure(until: deadline) }
            text += String(decoding: chunk, as: UTF8.self)
        }
        guard let pid = Self.childPID(in: text) else {
            throw ProcessError(
                kind: .sandbox, operation: "make a sandbox", reason: "bwrap described it in a form that is not known: \(text)")
        }
        return pid
    }

    /// Sends a byte through `cat`: when it comes back, all that bubblewrap had to arrange is in place.
    func awaitReadiness(until deadline: SuspendingClock.Instant) throws(ProcessError) {
        // A bubblewrap that failed has closed the pipe; writing to it must not end this process by SIGPIPE.
        guard Polling.ready([lifeline.number], events: Int16(POLLOUT), until: deadline)[0], !readerIsGone else {
            throw failure(until: deadline)
        }
        try lifeline.write([UInt8(ascii: "\n")])
        guard Polling.ready([echo.number], until: deadline)[0] else { throw Self.tookTooLong }
        guard try !echo.read(atMost: 1).isEmpty else { throw failure(until: deadline) }
    }

    /// What bubblewrap complained about, with what can be done.
    func failure(until deadline: SuspendingClock.Instant) -> ProcessError {
        var text = ""
        while text.utf8.count < 4096, Polling.ready([complaints.number], until: deadline)[0],
            let chunk = try? complaints.read(atMost: 4096), !chunk.isEmpty
        {
            text += String(decoding: chunk, as: UTF8.self)
        }
        let lines = text.split(separator: "\n").map(String.init)
        let reason = lines.isEmpty ? "bwrap ended without saying why" : lines.joined(separator: "; ")
        return ProcessError(
            kind: .sandbox, operation: "make a sandbox", reason: reason, remedy: SandboxDiagnosis.remedy(for: reason))
    }

    private var readerIsGone: Bool {
        var entry = pollfd(fd: lifeline.number, events: 0, revents: 0)
        return poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLERR) != 0
    }

    private static let tookTooLong = ProcessError(
        kind: .sandbox, operation: "make a sandbox", reason: "bwrap was not ready in time",
        remedy: "see whether the machine is overloaded or a bound file system hangs", code: ETIMEDOUT)

    private static func childPID(in text: String) -> Int32? {
        let key = "\"child-pid\":"
        guard let start = text.firstRange(of: key)?.upperBound else { return nil }
        return Int32(text[start...].drop { $0 == " " }.prefix { $0.isNumber })
    }
}
