public import Expressions

/// The call of a reusable workflow by a job, with the called workflow's own plan in it.
///
/// Each of the caller's cells becomes a job of its own that runs no steps: it is under way while the jobs of the called plan
/// are, and ends as they do.
public struct WorkflowCallPlan: Codable, Equatable, Sendable {
    /// Which of the caller's secrets the called workflow sees.
    public enum Secrets: Codable, Equatable, Sendable {
        case none
        case inherit
        /// The name that the called workflow knows it by, and the expression for it in the caller's contexts.
        case named([NamedTemplate])
    }

    /// An input as `on.workflow_call.inputs` declares it.
    public struct Input: Codable, Equatable, Sendable {
        public enum Kind: String, Codable, Sendable {
            case string
            case boolean
            case number
        }

        public var name: String
        public var kind: Kind
        /// May use `github`, `inputs` and `vars` of the called workflow. Nil: empty, `false` or 0.
        public var defaultValue: Template?
        public var isRequired: Bool

        public init(name: String, kind: Kind, defaultValue: Template? = nil, isRequired: Bool = false) {
            self.name = name
            self.kind = kind
            self.defaultValue = defaultValue
            self.isRequired = isRequired
        }
    }

    /// As written: `./.github/workflows/build.yml` or `owner/repository/.github/workflows/build.yml@ref`.
    public var reference: String
    /// The commit that a remote reference was resolved to; nil for a file of the run's own commit.
    public var commit: String?
    public var plan: RunPlan
    /// `with`, in the caller's contexts.
    public var arguments: [NamedTemplate]
    public var inputs: [Input]
    public var secrets: Secrets
    /// `on.workflow_call.outputs`: in the contexts `github`, `inputs`, `vars` and `jobs` of the called workflow.
    public var outputs: [NamedTemplate]

    public init(
        reference: String, commit: String? = nil, plan: RunPlan, arguments: [NamedTemplate] = [], inputs: [Input] = [],
        secrets: Secrets = .none, outputs: [NamedTemplate] = []
    ) {
        self.reference = reference
        self.commit = commit
        self.plan = plan
        self.arguments = arguments
        self.inputs = inputs
        self.secrets = secrets
        self.outputs = outputs
    }
}
