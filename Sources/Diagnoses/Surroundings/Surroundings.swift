/// What rules ask about the host and the workspace of a step that failed. Every answer comes within seconds, and is nil or empty
/// where it can't be had.
protocol Surroundings: Sendable {
    /// What takes the space on the disks that the job uses.
    func space() -> SpaceReport
    /// The names of containers that publish a port of this host.
    func containers(publishing port: Int) -> [String]
    /// How a container stands: `exited 2 hours ago`. Nil where there is none of that name.
    func container(named name: String) -> String?
    /// Whether the workspace has a file with this path, or with the end of it.
    func find(_ path: String) -> FileSearchAnswer
    /// Bytes of memory that this host has.
    var memory: Int64? { get }
    /// Whether `localhost` is the step's own: in the job's container, or in a sandbox without the host's network.
    var hasOwnLocalhost: Bool { get }
    /// Whether jobs of this repository may use the Docker Engine themselves.
    var mayUseEngine: Bool { get }
}

/// What is known of a file that a step did not find.
struct FileSearchAnswer: Equatable, Sendable {
    /// Where files of that name are in the workspace, at most three.
    var paths: [String] = []
    /// The line of an ignore file of Git that would keep it out of the repository.
    var gitRule: IgnoreLine?
    /// The line of a `.dockerignore` that keeps it out of the build context.
    var dockerRule: IgnoreLine?
}

/// One line of a file that hides others.
struct IgnoreLine: Equatable, Sendable {
    /// From the workspace on.
    var file: String
    var line: Int
    var pattern: String

    var description: String { "line \(line) of \(file) (\"\(pattern)\")" }
}
