internal import Glibc

/// A shell that runs command after command for one user, in one process, as long as no command ends it.
///
/// The job's thread uses it; a thread of its own waits for the process. What a shell knew that ended is taken over by the next one,
/// which is started with the same `state`.
final class ShellSession {
    /// How a command ended.
    struct End {
        var outcome: CommandOutcome
        /// Whether the shell ended with it.
        var isOver: Bool
        /// Whether what the shell knew is lost: it was replaced (`exec`), or killed.
        var lostState = false
    }

    /// Nil: the job's own.
    let user: String?
    /// What the system calls that user, once it was asked.
    private var names: [String]?
    /// What other steps set, as the shell was told last.
    private(set) var environment: [String: String]
    private let folder: ShellFolder
    private let channel: ShellChannel
    private let stopper: Cancellation
    private var pipe: Int32
    private var scanner: MarkScanner
    private var isOver = false

    /// Starts the shell, and waits until it is there.
    ///
    /// - Parameters:
    ///   - environment: every variable that it begins with.
    ///   - output: takes what it prints meanwhile.
    /// - Throws: `ExecutionError` where it can't be started.
    init(
        in workplace: any Workplace, folder: ShellFolder, isBash: Bool, user: String?, environment: [String: String],
        cancellation: Cancellation, deadline: Deadline, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) {
        self.user = user
        self.folder = folder
        self.environment = environment
        let mark = "\u{1e}slipway-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max)) "
        scanner = MarkScanner(mark)
        channel = try ShellChannel()
        stopper = try Cancellation()
        let name = folder.nextName("commands")
        pipe = try folder.makePipe(name)
        let driver = try folder.store(ShellDriver(isBash: isBash).script, as: folder.nextName("shell"))
        let shell = isBash ? ["bash", "--noprofile", "--norc"] : ["sh"]
        let before = folder.state
        folder.beginState()
        if user != nil { try folder.openToAll() }
        let own = shell + [driver, "\(folder.path)/\(name)", before, folder.state, mark]
        let command = Command(
            arguments: user.map { ["sh", "-c", ShellDriver.becomingUser, "sh", $0] + own } ?? own, environment: environment,
            workingDirectory: workplace.folders.workspace.inside)
        let (channel, stopper) = (channel, stopper)
        let started = StepThread.begin {
            do throws(ExecutionError) {
                let outcome = try workplace.run(command, deadline: nil, cancellation: stopper) { channel.append($0) }
                channel.finish(.success(outcome))
            } catch {
                channel.finish(.failure(error))
            }
        }
        guard started else { throw ExecutionError("can't start a thread for the job's shell") }
        let end = try awaitMark(deadline: deadline, cancellation: cancellation, output: output)
        guard !end.isOver else {
            closeInput()
            let who = user.map { " as \"\($0)\"" } ?? ""
            throw ExecutionError("the shell for the build's commands can't be started\(who); the log says why")
        }
    }

    deinit { closeInput() }

    /// Runs a command to its end.
    ///
    /// - Parameter isIsolated: whether it runs in a copy of the shell.
    func run(
        _ text: String, isIsolated: Bool, deadline: Deadline, cancellation: Cancellation,
        output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> End {
        var path = try folder.store(text + "\n", as: folder.nextName("command"))
        if isIsolated { path = try folder.store(ShellDriver.isolated(path) + "\n", as: folder.nextName("command")) }
        return try source(path, deadline: deadline, cancellation: cancellation, output: output)
    }

    /// Tells the shell of variables that other steps set meanwhile.
    ///
    /// - Returns: how that ended; nil where there was nothing to tell.
    func update(
        _ wanted: [String: String], deadline: Deadline, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> End? {
        let changed = wanted.filter { environment[$0.key] != $0.value && Self.isName($0.key) }.sorted { $0.key < $1.key }
        let told = environment
        environment = wanted
        guard !changed.isEmpty else { return nil }
        let script = ShellDriver.exporting(changed.map { ($0.key, $0.value) }, insteadOf: told)
        let name = folder.nextName("environment")
        let path = try folder.store(script, as: name)
        // It may hold credentials.
        defer { folder.remove(name) }
        return try source(path, deadline: deadline, cancellation: cancellation, output: output)
    }

    /// Whether it runs as a user; nil: the job's own.
    func runs(
        as wanted: String?, deadline: Deadline, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> Bool {
        guard user != wanted else { return true }
        // The job's own user may be the one who is named, but not the other way round.
        guard user == nil, let wanted else { return false }
        if names == nil {
            let name = folder.nextName("user")
            let script = ShellDriver.tellingUser(into: "\(folder.path)/\(name)")
            let end = try run(script, isIsolated: false, deadline: deadline, cancellation: cancellation, output: output)
            guard !end.isOver else { return false }
            names = try folder.read(name).split(separator: "\n").map(String.init)
        }
        return names?.contains(wanted) == true
    }

    /// Ends the shell once it has nothing to do; what it started in the background goes on.
    func closeInput() {
        guard pipe >= 0 else { return }
        close(pipe)
        pipe = -1
    }

    /// Lets the shell end, and reads what it and its processes still print, for a while: those in the background may go on for ever.
    func end(within seconds: Double, output: (UnsafeRawBufferPointer) -> Void) {
        closeInput()
        guard !isOver else { return }
        let deadline = Deadline(after: seconds)
        channel.setRead(true)
        defer { channel.setRead(false) }
        while !deadline.hasPassed {
            let news = channel.take()
            _ = scanner.scan(news.bytes, output: output)
            if news.end != nil {
                scanner.finish(output: output)
                isOver = true
                return
            }
            waitForNews(deadline: deadline, cancellation: nil)
        }
    }

    /// Returns once the shell has ended, and with it the thread that waits for it.
    func awaitEnd() {
        closeInput()
        if !isOver { channel.awaitEnd() }
        isOver = true
    }

    /// Ends the shell and everything that it started.
    func stop() {
        guard !isOver else { return }
        stopper.request(reason: "the build begins again")
        awaitEnd()
    }

    // MARK: - One command

    private func source(
        _ path: String, deadline: Deadline, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> End {
        guard Folder.write(path + "\n", to: pipe) else {
            throw ExecutionError("can't hand a command to the job's shell: \(String(cString: strerror(errno)))")
        }
        return try awaitMark(deadline: deadline, cancellation: cancellation, output: output)
    }

    private func awaitMark(
        deadline: Deadline, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> End {
        channel.setRead(true)
        defer { channel.setRead(false) }
        var stopped: CommandOutcome?
        while true {
            let news = channel.take()
            if let mark = scanner.scan(news.bytes, output: output), stopped == nil {
                if mark.kind != .exit { return End(outcome: .exited(mark.status), isOver: false) }
                try awaitEnd(after: news, output: output)
                return End(outcome: .exited(mark.status), isOver: true)
            }
            if let end = news.end {
                scanner.finish(output: output)
                isOver = true
                closeInput()
                let outcome = try end.get()
                return End(outcome: stopped ?? outcome, isOver: true, lostState: true)
            }
            if stopped == nil { stopped = try reasonToStop(deadline, cancellation) }
            waitForNews(deadline: stopped == nil ? deadline : nil, cancellation: stopped == nil ? cancellation : nil)
        }
    }

    /// The shell told that it ends: its last words are read.
    private func awaitEnd(after news: ShellChannel.News, output: (UnsafeRawBufferPointer) -> Void) throws(ExecutionError) {
        var news = news
        while news.end == nil {
            waitForNews(deadline: nil, cancellation: nil)
            news = channel.take()
            _ = scanner.scan(news.bytes, output: output)
        }
        scanner.finish(output: output)
        isOver = true
        closeInput()
    }

    private func reasonToStop(_ deadline: Deadline, _ cancellation: Cancellation) throws(ExecutionError) -> CommandOutcome? {
        let isAsked = cancellation.isAsked
        guard isAsked || deadline.hasPassed else { return nil }
        stopper.request(reason: cancellation.reason)
        return isAsked ? .cancelled : .timedOut
    }

    private func waitForNews(deadline: Deadline?, cancellation: Cancellation?) {
        var waits = [pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)]
        if let cancellation { waits.append(pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)) }
        let seconds = min(max(deadline?.remaining ?? 3600, 0), 3600)
        _ = poll(&waits, nfds_t(waits.count), Int32(seconds * 1000) + 1)
    }

    /// Whether a shell takes it for the name of a variable.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
    }
}
