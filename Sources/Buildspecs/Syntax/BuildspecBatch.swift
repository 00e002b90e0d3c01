public import Diagnostics

/// `batch`: builds of one file beside and after each other.
public struct BuildspecBatch: Sendable {
    public enum Kind: Sendable {
        /// `build-list`: tasks beside each other.
        case list([BuildspecTask])
        /// `build-graph`: tasks that depend on others.
        case graph([BuildspecTask])
        case matrix(BuildspecMatrix)
        case fanOut(BuildspecFanOut)
    }

    public var range: SourceRange
    public var failsFast = false
    /// Nil where the file names none, or more than one; that is reported.
    public var kind: Kind?
}

/// `env` of a task: what it has in place of the project's.
public struct BuildspecTaskEnvironment: Sendable {
    public var image: Placed<String>?
    public var type: Placed<String>?
    public var isPrivileged: Placed<Bool>?
    public var variables: [BuildspecEnvironment.Variable] = []

    public init() {}
}

/// A task of `build-list` or `build-graph`.
public struct BuildspecTask: Sendable {
    public var range: SourceRange
    public var identifier: Placed<String>?
    /// Another file to be run; nil: the file with the batch.
    public var buildspec: Placed<String>?
    public var dependsOn: [Placed<String>] = []
    public var environment = BuildspecTaskEnvironment()
    public var ignoresFailure = false
}

/// `build-matrix`: a task for each combination of the dynamic values.
public struct BuildspecMatrix: Sendable {
    /// A variable, and the values that it takes.
    public struct Axis: Sendable {
        public var name: Placed<String>
        public var values: [Placed<String>]
    }

    public var range: SourceRange
    public var ignoresFailure = false
    /// What all tasks have.
    public var environment = BuildspecTaskEnvironment()
    public var buildspecs: [Placed<String>] = []
    public var images: [Placed<String>] = []
    public var axes: [Axis] = []
}

/// `build-fanout`: the same build several times, each with a share of the tests.
public struct BuildspecFanOut: Sendable {
    public var range: SourceRange
    public var parallelism: Placed<Int>?
    public var ignoresFailure = false
}
