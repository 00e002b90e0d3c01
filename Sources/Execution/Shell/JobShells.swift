/// The lasting shells of a job: one that runs, and those before it that ended.
///
/// Unchecked Sendable, since the job's parts are shared with the threads of steps in the background: none of those has commands for a
/// lasting shell, so that the job's thread alone touches it.
final class JobShells: @unchecked Sendable {
    private var folder: ShellFolder?
    private var session: ShellSession?
    private var ended: [ShellSession] = []
    /// Whether a shell before the next one knew something that is lost.
    private var lostState = false

    func folder(in site: JobSite) throws(ExecutionError) -> ShellFolder {
        if let folder { return folder }
        let new = try ShellFolder(in: site.workplace.folders.temporary, limits: site.assignment.limits)
        folder = new
        return new
    }

    /// The shell that runs; nil where one has to be started.
    var running: ShellSession? { session }

    /// What the shell before was told, which a new one that begins with its state has to be told first; nil where that is lost.
    var formerEnvironment: [String: String]? { lostState ? nil : ended.last?.environment }

    /// Puts a new shell in the place of the one before.
    func begin(_ new: ShellSession) {
        session = new
        lostState = false
    }

    /// The shell ended; returns whether what it knew is lost.
    func end(lostState: Bool) {
        if let session { ended.append(session) }
        session = nil
        self.lostState = lostState
    }

    /// Whether the next shell does not know what the one before did.
    var hasLostState: Bool { lostState }

    /// Lets the shell end, so that another user's can take over what it knows.
    func handOver(output: (UnsafeRawBufferPointer) -> Void) {
        guard let session else { return }
        session.end(within: Self.lastGrace, output: output)
        end(lostState: false)
    }

    /// Ends the shells and all that they started: the job begins again, and knows nothing of what was.
    func startOver() {
        for session in ended + [session].compactMap(\.self) { session.stop() }
        (folder, session, ended, lostState) = (nil, nil, [], false)
    }

    /// How long processes that print although their shell ended are listened to at the end of the job.
    private static let lastGrace = 2.0

    /// Lets the shell end by itself, and hands over its last words; before the job's place is closed.
    func end(output: (UnsafeRawBufferPointer) -> Void) { session?.end(within: Self.lastGrace, output: output) }

    /// Waits for the threads of the shells; after the job's place was closed.
    func awaitEnd() { for session in ended + [session].compactMap(\.self) { session.awaitEnd() } }
}
