public import Diagnostics
public import Plan
public import YAML

/// A job as it is written.
public struct WorkflowJob: Sendable {
    public let id: Located<String>
    /// The stretch of its mapping.
    public let range: SourceRange
    public var name: WorkflowText?
    public var needs: [Located<String>] = []
    public var condition: WorkflowCondition?
    public var strategy: WorkflowStrategy?
    public var runsOn: WorkflowRunsOn?
    public var permissions: WorkflowPermissions?
    public var concurrency: WorkflowConcurrency?
    public var deployment: WorkflowDeployment?
    public var environment = WorkflowVariables()
    public var defaults = WorkflowDefaults()
    public var outputs: [WorkflowVariable] = []
    public var timeoutMinutes: WorkflowText?
    public var continueOnError: WorkflowText?
    public var container: WorkflowContainer?
    public var services: WorkflowServices?
    public var steps: [WorkflowStep] = []
    /// `uses` of the job with what is handed over; such a job has no steps.
    public var call: WorkflowCall?
    /// Whether it stands for a composite action, whose steps are checked as those of a job are.
    var isAction = false

    public init(id: Located<String>, range: SourceRange) {
        self.id = id
        self.range = range
    }

    /// What the job is called in a message.
    var label: String { isAction ? "the action" : "the job \"\(id.value)\"" }
}

/// `runs-on`: labels, and perhaps a group.
public struct WorkflowRunsOn: Sendable {
    public var labels: [WorkflowText] = []
    public var group: WorkflowText?
}

/// `strategy`.
public struct WorkflowStrategy: Sendable {
    /// `strategy: ${{ … }}` as a whole.
    public var expression: WorkflowText?
    public var matrix: WorkflowMatrix?
    public var failFast: WorkflowText?
    public var maxParallel: WorkflowText?
    public var range: SourceRange
}

/// `strategy.matrix`: its tree as the plan has it, and its node for places.
public struct WorkflowMatrix: Sendable {
    public var tree: TemplateTree
    public var node: YAMLNode
    public var keyRange: SourceRange
}

/// `environment` of a job: the name of a deployment environment and its address.
public struct WorkflowDeployment: Sendable {
    public var name: WorkflowText
    public var url: WorkflowText?
    /// `deployment`: whether the job makes one. Nil: it does.
    public var makesDeployment: WorkflowText?
}

/// `container`.
public struct WorkflowContainer: Sendable {
    /// The image's name, or an object of it and its options, as the plan has it.
    public var tree: TemplateTree
    public var range: SourceRange
}

/// `services`.
public struct WorkflowServices: Sendable {
    /// The names under which jobs reach them; empty where one expression yields them all.
    public var ids: [Located<String>]
    /// An object of containers, as the plan has it.
    public var tree: TemplateTree
}

/// The call of a reusable workflow by a job.
public struct WorkflowCall: Sendable {
    public enum Secrets: Sendable {
        case none
        case inherit
        case named([WorkflowVariable])
    }

    /// `./.github/workflows/build.yml` or `owner/repository/.github/workflows/build.yml@ref`.
    public var workflow: Located<String>
    public var inputs: [WorkflowVariable] = []
    public var secrets = Secrets.none
}
