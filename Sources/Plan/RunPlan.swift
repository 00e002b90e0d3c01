public import Diagnostics
public import Expressions

/// One pipeline file, lowered: everything that is needed to run it, whatever language it was written in.
///
/// Pure data. A plan is stored with its run, printed by `slipway plan`, and handed to workers job by job, so every part
/// of it survives being encoded and decoded again; expressions are kept as their source text.
public struct RunPlan: Codable, Equatable, Sendable {
    /// The language of the file.
    public enum Dialect: String, Codable, Sendable {
        case workflow
        case buildspec
        /// Stages of actions, as AWS CodePipeline has them. Each stage is a job that calls the plan of its actions.
        case pipeline
    }

    /// The name shown for the pipeline; the file's path where the file gives none.
    public var name: String
    /// The file, relative to the repository's root.
    public var path: String
    public var dialect: Dialect
    /// The title of a run (`run-name`), where the file gives one.
    public var title: Template?
    public var environment: [NamedTemplate]
    public var concurrency: ConcurrencyPlan?
    public var jobs: [JobPlan]
    /// Whether a failed job stops all others, beside what the strategy of a matrix says of its cells. Nil: it does not.
    public var failsFast: Bool?
    /// Warnings of the check: shown on the run's page.
    public var notices: [Diagnostic]
    /// What a pipeline of stages may name of its commit, which not every event tells; nil for other plans.
    public var sourceCommit: SourceCommit?

    public init(
        name: String, path: String, dialect: Dialect = .workflow, title: Template? = nil,
        environment: [NamedTemplate] = [], concurrency: ConcurrencyPlan? = nil, jobs: [JobPlan] = [],
        failsFast: Bool? = nil, notices: [Diagnostic] = []
    ) {
        self.name = name
        self.path = path
        self.dialect = dialect
        self.title = title
        self.environment = environment
        self.concurrency = concurrency
        self.jobs = jobs
        self.failsFast = failsFast
        self.notices = notices
    }

    /// What keeps the plan from running on this version: jobs that need what is not supported.
    public var obstacles: [Diagnostic] { jobs.flatMap { $0.obstacles + ($0.call?.plan.obstacles ?? []) } }
}

/// What a commit says of itself. Anybody can write anything there.
public struct SourceCommit: Codable, Equatable, Sendable {
    public var message: String
    /// The name of who wrote it.
    public var author: String

    public init(message: String, author: String) {
        self.message = message
        self.author = author
    }
}

/// A name and the text to be evaluated for it: an environment variable, an input, an output. Order is kept.
///
/// In `env` and `with` one without a name is a whole mapping: `env: ${{ fromJSON(…) }}`. `members` yields what either stands for.
public struct NamedTemplate: Codable, Equatable, Sendable {
    public var name: String
    public var value: Template

    public init(name: String, value: Template) {
        self.name = name
        self.value = value
    }

    /// A whole mapping that one expression yields.
    public static func mapping(_ value: Template) -> NamedTemplate { NamedTemplate(name: "", value: value) }

    /// The names and texts that it stands for: one, or those of the mapping; none where the mapping is null or empty.
    ///
    /// - Throws: an evaluation error, also where what has to be a mapping is none.
    public func members(in context: EvaluationContext) throws(ExpressionError) -> [(name: String, text: String)] {
        guard name.isEmpty else { return [(name, try value.text(in: context))] }
        switch try value.evaluate(in: context) {
        case .object(let object): return object.pairs.map { ($0.key, $0.value.displayString) }
        case .null, .string(""): return []
        case let other:
            throw ExpressionError(phase: .evaluation, message: "expected a mapping of names to texts, found \(other.kindName)")
        }
    }
}
