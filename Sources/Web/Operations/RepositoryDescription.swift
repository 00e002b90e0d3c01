/// A repository as the settings have it.
public struct RepositoryDescription: Sendable, Equatable {
    public var name: String
    /// The remote's address. Credentials in it are never shown; leave them out where possible.
    public var url: String
    /// The branch patterns that are watched; empty: all.
    public var branches: [String]
    /// Seconds between two looks at the remote; nil: it is only looked at when a webhook or an operator asks.
    public var pollInterval: Double?
    public var defaultBranch: String?
    /// The pipeline files at the head of the default branch; nil where they are not known.
    public var pipelines: [String]?
    /// Whether everybody may see its badge, and not only those who may see the page.
    public var isBadgePublic: Bool

    public init(
        name: String, url: String, branches: [String] = [], pollInterval: Double? = nil, defaultBranch: String? = nil,
        pipelines: [String]? = nil, isBadgePublic: Bool = false
    ) {
        self.name = name
        self.url = url
        self.branches = branches
        self.pollInterval = pollInterval
        self.defaultBranch = defaultBranch
        self.pipelines = pipelines
        self.isBadgePublic = isBadgePublic
    }
}

/// A pipeline with `on: workflow_dispatch`.
public struct DispatchableWorkflow: Sendable, Equatable {
    /// The file, relative to the repository's root.
    public var path: String
    public var name: String
    public var inputs: [DispatchInput]
    /// Whether it takes any names besides: the variables of a build.
    public var takesVariables: Bool

    /// Whose newest commit it takes; nil: the default branch's.
    public var branch: String?

    public init(
        path: String, name: String, inputs: [DispatchInput] = [], takesVariables: Bool = false, branch: String? = nil
    ) {
        self.branch = branch
        self.path = path
        self.name = name
        self.inputs = inputs
        self.takesVariables = takesVariables
    }
}

/// One declared input of a dispatch, from which the form's field is made.
public struct DispatchInput: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case string
        case boolean
        case number
        case choice
        case environment
    }

    public var name: String
    public var description: String?
    public var kind: Kind
    public var isRequired: Bool
    /// As text; a boolean is `true` or `false`.
    public var defaultValue: String?
    /// Of a choice.
    public var options: [String]

    public init(
        name: String, description: String? = nil, kind: Kind = .string, isRequired: Bool = false,
        defaultValue: String? = nil, options: [String] = []
    ) {
        self.name = name
        self.description = description
        self.kind = kind
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.options = options
    }
}

/// A secret, without its value.
public struct SecretDescription: Sendable, Equatable {
    public var name: String
    /// Nil: every repository may use it.
    public var repository: String?
    /// Nil: not one of an environment only.
    public var environment: String?
    /// RFC 3339, UTC.
    public var updatedAt: String?

    public init(name: String, repository: String? = nil, environment: String? = nil, updatedAt: String? = nil) {
        self.name = name
        self.repository = repository
        self.environment = environment
        self.updatedAt = updatedAt
    }
}
