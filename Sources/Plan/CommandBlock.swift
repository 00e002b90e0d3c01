public import Diagnostics

/// Commands that run one after the other in a shell of the job's that lives on from step to step: what one of them sets (the
/// folder, variables, functions) the next one finds, also in a later step.
///
/// A command is a shell text that is handed over as it stands: nothing is quoted, evaluated or split before the shell sees it.
public struct CommandBlock: Codable, Equatable, Sendable {
    /// One command, which may have several lines.
    public struct Line: Codable, Equatable, Sendable {
        public var text: String
        public var position: SourcePosition

        public init(text: String, position: SourcePosition = SourcePosition(line: 1, column: 1)) {
            self.text = text
            self.position = position
        }
    }

    /// What runs the commands.
    public enum Shell: String, Codable, Sendable, CaseIterable {
        /// Bash, and `sh` where there is none.
        case any
        case bash
        case sh
    }

    /// When a failure of the block has the whole job begin again.
    public struct Retry: Codable, Equatable, Sendable {
        /// How often it begins again, at most.
        public var count: Int
        /// What a line of the failed command's output, or the reason of its failure, has to match; nil: nothing.
        public var pattern: String?

        public init(count: Int, pattern: String? = nil) {
            self.count = count
            self.pattern = pattern
        }
    }

    /// A text that the shell expands once the commands are done (`$NAME`, `$(…)`), as it would in double quotes.
    public struct Expansion: Codable, Equatable, Sendable {
        /// The output of the step that it becomes.
        public var name: String
        public var text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The first one that fails ends the block, but for what is in `finally`.
    public var commands: [Line]
    /// Run after the others, also when one of those failed; the first one that fails ends them.
    public var finally: [Line]
    public var shell: Shell
    /// The user of the job's place whom they run as; nil: the job's own.
    public var user: String?
    /// Where the file names that user: `buildspec.yml:4:11`.
    public var userPlace: String?
    /// Whether each command starts in a shell of its own that knows nothing of the others.
    public var isIsolated: Bool
    /// A variable of the shell that says before each command whether every step and command so far succeeded: 1 or 0.
    public var statusVariable: String?
    public var retry: Retry?
    public var expansions: [Expansion]

    public init(
        commands: [Line], finally: [Line] = [], shell: Shell = .any, user: String? = nil, isIsolated: Bool = false,
        statusVariable: String? = nil, retry: Retry? = nil, expansions: [Expansion] = []
    ) {
        self.commands = commands
        self.finally = finally
        self.shell = shell
        self.user = user
        self.isIsolated = isIsolated
        self.statusVariable = statusVariable
        self.retry = retry
        self.expansions = expansions
    }
}
