/// Where one of a process's standard streams leads.
public enum ProcessStream: Sendable, Hashable {
    /// `/dev/null`: reading is at its end at once, writing vanishes.
    case null
    /// A descriptor of the caller, which stays the caller's to close.
    case descriptor(Int32)
}

/// Everything that decides how a process is started. Nothing is taken over from the caller unless it is said here: only the
/// listed descriptors stay open, signals are at their defaults and unblocked, the environment is exactly the given one.
public struct ProcessSpecification: Sendable {
    /// An absolute path, or a name that is searched in `PATH` of `environment`, inside the sandbox where one is joined.
    public var executable: String
    /// Without argument zero, which is `executable`.
    public var arguments: [String]
    /// Name and value, in order. A name must not appear twice: programs differ in which one they take.
    public var environment: [(name: String, value: String)]
    /// Nil: the caller's. Looked up inside the sandbox where one is joined.
    public var workingDirectory: String?
    public var standardInput: ProcessStream = .null
    public var output: ProcessStream = .null
    /// Nil: the same as `output`, in the order in which they are written.
    public var errors: ProcessStream?
    /// More descriptors, which become 3, 4, … in the process; at most 32.
    public var inheritedDescriptors: [Int32] = []
    /// The sandbox to run in.
    public var namespaces: SandboxHandle?
    /// Whether it leads its own session and process group, so that its group can be signalled and no terminal reaches it.
    public var newSession = true
    /// Whether standard input is a terminal that becomes its session's: job control, Ctrl-C and a hang-up come from there.
    public var controlsTerminal = false
    /// Whether set-user-ID programs and file capabilities are without effect for it and its descendants.
    public var noNewPrivileges = true
    /// Whether it loses every capability for good. Always so in a sandbox.
    public var dropsCapabilities = false
    /// Another user than the caller's; needs the right to change to it.
    public var identity: ProcessUser?
    public var limits: [ResourceLimit] = []
    /// The signal that it gets when the *thread* that started it ends; so start it from a thread that lives long (prctl(2),
    /// PR_SET_PDEATHSIG).
    public var deathSignal: Int32?
    /// -1000 to 1000; higher is killed earlier when memory runs out (proc(5)).
    public var outOfMemoryScore: Int?
    /// A cgroup that it joins before it executes anything.
    public var cgroup: JobCgroup?
    /// Permission bits that new files don't get, as 0o022; nil: the caller's.
    public var fileCreationMask: UInt32?

    public init(
        executable: String, arguments: [String] = [], environment: [(name: String, value: String)] = [],
        workingDirectory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// The folders that a name without a slash is searched in.
    var searchPath: String {
        environment.last { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin"
    }
}

/// A user with groups, by number.
public struct ProcessUser: Sendable, Hashable {
    public var userID: UInt32
    public var groupID: UInt32
    public var supplementaryGroups: [UInt32]

    public init(userID: UInt32, groupID: UInt32, supplementaryGroups: [UInt32] = []) {
        self.userID = userID
        self.groupID = groupID
        self.supplementaryGroups = supplementaryGroups
    }
}

/// A bound on what a process may use (setrlimit(2)).
public struct ResourceLimit: Sendable, Hashable {
    public enum Resource: Sendable, Hashable {
        /// Bytes of core files.
        case coreFile
        /// Seconds of processor time.
        case processorTime
        /// Bytes of one file.
        case fileSize
        case openFiles
        /// Processes of the user, not of the job.
        case processes
        /// Bytes of address space.
        case addressSpace
    }

    public var resource: Resource
    public var soft: UInt64
    public var hard: UInt64

    /// `hard` is `soft` where it isn't given; `UInt64.max` is no limit.
    public init(_ resource: Resource, soft: UInt64, hard: UInt64? = nil) {
        self.resource = resource
        self.soft = soft
        self.hard = hard ?? soft
    }
}
