public import Expressions

/// Makes places in which jobs run: on this host, in a container, on a remote service.
///
/// Contract: `open` is called once a job, before any of its steps; the workplace is closed once, after its last command ended
/// and before the job counts as finished, whatever happened. All calls block; they come from the worker's main thread.
public protocol Executor: Sendable {
    /// - Parameters:
    ///   - containers: what the job's `container` and `services` evaluate to.
    ///   - log: takes lines about what is pulled, made and waited for.
    /// - Throws: `ExecutionError` where the place can't be made, nothing of it is left then; the job then fails before its
    ///   first step.
    func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace
}

/// One job's place: its folders and the means to run commands there.
public protocol Workplace: Sendable {
    /// The job's folders as its commands see them, and as this process sees them.
    var folders: WorkplaceFolders { get }
    /// The variables that every command starts from: `PATH`, `HOME`, `TMPDIR`, …
    var environment: [String: String] { get }

    /// Members of the `job` context that say what was made: `container` (`id`, `network`) and `services` (`id`, `network`,
    /// `ports` of each). Empty where there is no container.
    var containerContext: ExpressionObject { get }

    /// Whether a program of that name is found on the workplace's `PATH`.
    func finds(program: String) -> Bool

    /// Runs one command to its end. Output is handed over as it comes, standard output and standard error in the order
    /// in which they were written. Returns once the command ended and its output did, and hands over nothing more. What it left
    /// running in the background goes on until `close`: a later step may use it.
    ///
    /// When `cancellation` is triggered, or `deadline` passes, the command and its descendants get TERM, and KILL after the
    /// assignment's grace period.
    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome

    /// Runs one container to its end, with the job's folders mounted at `/github/workspace`, `/github/home`,
    /// `/github/workflow` (the step's files and the payload), `/github/runner_temp` and `/github/file_commands`, on the
    /// network of the job's services. Otherwise as the other `run`.
    ///
    /// - Throws: `ExecutionError` where there is no Docker Engine that the job may use, or the image can't be had.
    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome

    /// Starts a command on a terminal of its own, for a person. It runs where those of `run` do, until it ends or its
    /// terminal's `end` is called, which has to be before `close`.
    ///
    /// - Throws: `ExecutionError` where the command can't be started.
    func openTerminal(for command: Command, size: TerminalSize) throws(ExecutionError) -> any CommandTerminal

    /// Has this process read and change all that is in the job's folders: containers may have left files there that only other
    /// users can. Called before an action of Slipway's own looks into them.
    func takeOverFiles() throws(ExecutionError)

    /// A socket on which this process listens, and which the job's callers reach; others as few as can be.
    ///
    /// - Throws: `ExecutionError` where they can't reach any, or the deadline passed or a cancellation came first.
    func listen(
        for caller: ServiceCaller, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> ServiceSocket

    /// Ends every process that the job left behind. The folders stay.
    func close()

    /// Removes the folders; after `close`.
    func discard() throws(ExecutionError)
}

extension Workplace {
    /// Where nothing runs but as this process's user, all is its own.
    public func takeOverFiles() throws(ExecutionError) {}

    /// Where no person is expected.
    public func openTerminal(for command: Command, size: TerminalSize) throws(ExecutionError) -> any CommandTerminal {
        throw ExecutionError("there are no terminals where this job runs")
    }

    /// Where commands run on this host, they reach its loopback interface.
    public func listen(
        for caller: ServiceCaller, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> ServiceSocket {
        guard caller == .command else { throw ExecutionError("a container can't reach the services of this job") }
        return try ServiceSocket()
    }
}

/// The same folders under two names: `inside` as commands see them, `outside` as this process does.
public struct WorkplaceFolders: Equatable, Sendable {
    public struct Place: Equatable, Sendable {
        public var inside: String
        public var outside: String

        public init(inside: String, outside: String) {
            self.inside = inside
            self.outside = outside
        }

        public func appending(_ name: String) -> Place {
            Place(inside: "\(inside)/\(name)", outside: "\(outside)/\(name)")
        }
    }

    /// The checkout: `GITHUB_WORKSPACE`.
    public var workspace: Place
    /// `RUNNER_TEMP`: scripts, file commands, the payload.
    public var temporary: Place
    /// `RUNNER_TOOL_CACHE`.
    public var tools: Place
    /// Where remote actions are laid out, each in a folder of its own.
    public var actions: Place
    /// HOME; nil where this process can't reach it.
    public var home: Place?
    /// TMPDIR; nil where this process can't reach it.
    public var scratch: Place?

    public init(
        workspace: Place, temporary: Place, tools: Place, actions: Place, home: Place? = nil, scratch: Place? = nil
    ) {
        self.workspace = workspace
        self.temporary = temporary
        self.tools = tools
        self.actions = actions
        self.home = home
        self.scratch = scratch
    }
}

/// A command to be run in a workplace.
public struct Command: Equatable, Sendable {
    /// The program and its arguments; the program is looked up on the command's own `PATH`.
    public var arguments: [String]
    public var environment: [String: String]
    /// As commands see it.
    public var workingDirectory: String

    public init(arguments: [String], environment: [String: String], workingDirectory: String) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}

/// How a command ended.
public enum CommandOutcome: Equatable, Sendable {
    case exited(Int32)
    /// The signal's name: `SIGSEGV`.
    case signaled(Int32, name: String)
    /// Stopped because its deadline passed.
    case timedOut
    /// Stopped because the job was cancelled.
    case cancelled
}

/// What kept a job from being executed: the infrastructure's fault, not the code's.
public struct ExecutionError: Error, Equatable, Sendable {
    /// What failed, on what, why, and what to do; never a secret.
    public var message: String
    /// Whether nothing is wrong but that the command's program is not there, or can't be executed.
    public var isOfProgram: Bool

    public init(_ message: String, isOfProgram: Bool = false) {
        self.message = message
        self.isOfProgram = isOfProgram
    }
}
