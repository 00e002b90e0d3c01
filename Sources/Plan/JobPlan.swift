public import Diagnostics
public import Expressions

/// A job as written. Its matrix is expanded into jobs of a run once its needs are complete.
public struct JobPlan: Codable, Equatable, Sendable {
    /// The key under `jobs`.
    public var key: String
    /// The display name; may use the matrix. Nil: the key.
    public var name: Template?
    public var needs: [String]
    public var condition: Condition
    public var strategy: StrategyPlan?
    /// The labels of `runs-on`; one template may yield several.
    public var runsOn: [Template]
    public var environment: [NamedTemplate]
    public var defaults: StepDefaults
    public var outputs: [NamedTemplate]
    /// Minutes; nil: the limit of the settings.
    public var timeoutMinutes: Template?
    public var continueOnError: Template?
    public var steps: [StepPlan]
    /// `container`: the image, or an object of it and its options; evaluated for each cell. Null or empty: none.
    public var container: TemplateTree?
    /// `services`: an object of containers by their id; evaluated for each cell.
    public var services: TemplateTree?
    /// A call of a reusable workflow; such a job has no steps of its own.
    public var call: WorkflowCallPlan?
    public var concurrency: ConcurrencyPlan?
    public var deployment: EnvironmentReference?
    /// Of a stage: how it is tried again, once, by itself when it failed. Nil: not at all.
    public var stageRetry: StageRetry?
    /// Of a stage: whether what it deployed is put back when it fails. Nil: it is not.
    public var stageRollsBack: Bool?
    /// What somebody has to approve before the job starts; each cell of a matrix asks by itself.
    public var approval: ApprovalPlan?
    /// What this version can't execute, with its place. A run whose plan has any is refused before anything starts.
    public var obstacles: [Diagnostic]
    public var position: SourcePosition

    public init(
        key: String, name: Template? = nil, needs: [String] = [], condition: Condition = .whenSuccessful,
        strategy: StrategyPlan? = nil, runsOn: [Template] = [], environment: [NamedTemplate] = [],
        defaults: StepDefaults = StepDefaults(), outputs: [NamedTemplate] = [], timeoutMinutes: Template? = nil,
        continueOnError: Template? = nil, steps: [StepPlan] = [], container: TemplateTree? = nil,
        services: TemplateTree? = nil, call: WorkflowCallPlan? = nil, concurrency: ConcurrencyPlan? = nil,
        deployment: EnvironmentReference? = nil, approval: ApprovalPlan? = nil,
        stageRetry: StageRetry? = nil, stageRollsBack: Bool? = nil, obstacles: [Diagnostic] = [],
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.key = key
        self.name = name
        self.needs = needs
        self.condition = condition
        self.strategy = strategy
        self.runsOn = runsOn
        self.environment = environment
        self.defaults = defaults
        self.outputs = outputs
        self.timeoutMinutes = timeoutMinutes
        self.continueOnError = continueOnError
        self.steps = steps
        self.container = container
        self.services = services
        self.call = call
        self.concurrency = concurrency
        self.deployment = deployment
        self.approval = approval
        self.stageRetry = stageRetry
        self.stageRollsBack = stageRollsBack
        self.obstacles = obstacles
        self.position = position
    }
}

/// `defaults.run`: what a script step uses where it says nothing itself.
public struct StepDefaults: Codable, Equatable, Sendable {
    public var shell: Template?
    public var workingDirectory: Template?

    public init(shell: Template? = nil, workingDirectory: Template? = nil) {
        self.shell = shell
        self.workingDirectory = workingDirectory
    }
}

/// `strategy`: the matrix and how its jobs run beside each other.
public struct StrategyPlan: Codable, Equatable, Sendable {
    /// Evaluates to an object of axes with `include` and `exclude`.
    public var matrix: TemplateTree?
    /// Nil: true, as the language has it.
    public var failFast: Template?
    public var maxParallel: Template?

    public init(matrix: TemplateTree? = nil, failFast: Template? = nil, maxParallel: Template? = nil) {
        self.matrix = matrix
        self.failFast = failFast
        self.maxParallel = maxParallel
    }
}
