public import Diagnostics
public import Plan

/// A buildspec as it is written, every part with its place.
///
/// See "Build specification reference for CodeBuild" in AWS's manual.
public struct Buildspec: Sendable {
    public enum Version: String, Sendable, CaseIterable {
        /// Each command has a shell of its own.
        case separateShells = "0.1"
        /// One shell, whose state lasts.
        case oneShell = "0.2"
    }

    /// The file, relative to the repository's root.
    public let path: String
    public var version: Placed<Version>?
    /// The user that commands run as where their phase names no other.
    public var runAs: Placed<String>?
    public var environment = BuildspecEnvironment()
    /// In the order in which they run, whatever their order in the file.
    public var phases: [BuildspecPhase] = []
    public var reports: [BuildspecReport] = []
    public var artifacts: BuildspecArtifacts?
    public var cache: BuildspecCache?
    public var batch: BuildspecBatch?
    /// Every key that the language has and the file uses, in the order of reading.
    public var keys: [BuildspecKey] = []

    public init(path: String) { self.path = path }

    public func phase(_ name: BuildspecPhase.Name) -> BuildspecPhase? { phases.first { $0.name == name } }
}

/// A key of the language at one place in a file.
public struct BuildspecKey: Sendable, Equatable {
    /// As `BuildspecSupport` lists it: `phases.*.on-failure`.
    public var key: String
    public var range: SourceRange
}

/// `env`.
public struct BuildspecEnvironment: Sendable {
    /// A name with a text that is written in the file.
    public struct Variable: Sendable {
        public var name: Placed<String>
        public var value: Placed<String>
    }

    /// A name with what Secrets Manager is asked for: `id:json-key:stage:version`.
    public struct Secret: Sendable {
        public var name: Placed<String>
        public var reference: Placed<String>
    }

    public var shell: Placed<String>?
    public var variables: [Variable] = []
    /// The names of parameters stand in place of values.
    public var parameterStore: [Variable] = []
    public var secretsManager: [Secret] = []
    public var exportedVariables: [Placed<String>] = []
    public var gitCredentialHelper: Placed<Bool>?

    public init() {}
}

/// One of `phases`.
public struct BuildspecPhase: Sendable {
    /// In the order in which they run.
    public enum Name: String, Sendable, CaseIterable {
        case install
        case preBuild = "pre_build"
        case build
        case postBuild = "post_build"
    }

    public var name: Name
    public var range: SourceRange
    public var runAs: Placed<String>?
    public var onFailure: Placed<FailureAction>?
    public var commands: [Placed<String>] = []
    public var finally: [Placed<String>] = []
    /// Of `install` only: a runtime and its version.
    public var runtimeVersions: [BuildspecEnvironment.Variable] = []
}

/// One of `reports`.
public struct BuildspecReport: Sendable {
    public var group: Placed<String>
    public var files: [Placed<String>] = []
    public var baseDirectory: Placed<String>?
    public var format = ReportPlan.Format.junit
}

/// `artifacts`, or one of its `secondary-artifacts`.
public struct BuildspecArtifacts: Sendable {
    public var range: SourceRange
    /// The name under `secondary-artifacts`; nil: the primary artifact.
    public var identifier: Placed<String>?
    public var files: [Placed<String>] = []
    public var name: Placed<String>?
    public var baseDirectory: Placed<String>?
    public var excludedPaths: [Placed<String>] = []
    public var discardsPaths = false
    /// Whether symbolic links are kept as such.
    public var keepsLinks = false
    public var secondary: [BuildspecArtifacts] = []
}

/// `cache`.
public struct BuildspecCache: Sendable {
    public enum Action: String, Sendable, CaseIterable {
        case restore
        case save
    }

    public var range: SourceRange
    public var paths: [Placed<String>] = []
    public var key: Placed<String>?
    public var fallbackKeys: [Placed<String>] = []
    /// Nil: both.
    public var action: Action?
}

/// What reading a file gave.
public struct BuildspecDocument: Sendable {
    public let path: String
    /// Nil where the file is no mapping, or is no YAML. With errors among the diagnostics it holds what could be read.
    public let buildspec: Buildspec?
    /// The files that tasks of its batch name, by their paths, as far as they could be read.
    public internal(set) var others: [String: BuildspecDocument] = [:]
    /// Everything that is to be said about the file and `others`, under the name of the file that it is about, in their order.
    public internal(set) var diagnostics: [Diagnostic]

    /// Whether the file can be run: no error was found.
    public var isAccepted: Bool { buildspec != nil && !diagnostics.containsError }
    /// `buildspec`, as `--kind` has it.
    public var kind: String { "buildspec" }
}
