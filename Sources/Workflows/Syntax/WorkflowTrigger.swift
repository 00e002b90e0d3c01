public import YAML

/// One event of `on` with what limits it.
public struct WorkflowTrigger: Sendable {
    public let event: Located<String>
    /// The activity types that are written out; nil: the event's defaults.
    public var types: [Located<String>]?
    public var branches: WorkflowFilter?
    public var branchesIgnore: WorkflowFilter?
    public var tags: WorkflowFilter?
    public var tagsIgnore: WorkflowFilter?
    public var paths: WorkflowFilter?
    public var pathsIgnore: WorkflowFilter?
    /// The names of `workflow_run`.
    public var workflows: [Located<String>]?
    public var schedules: [WorkflowSchedule] = []
    /// The inputs of `workflow_dispatch` or `workflow_call`.
    public var inputs: [WorkflowInput] = []
    /// The secrets of `workflow_call`.
    public var secrets: [WorkflowSecret] = []
    /// The outputs of `workflow_call`.
    public var outputs: [WorkflowVariable] = []

    public init(event: Located<String>) {
        self.event = event
    }

    public var filters: [WorkflowFilter] {
        [branches, branchesIgnore, tags, tagsIgnore, paths, pathsIgnore].compactMap(\.self)
    }
}

/// One filter: `branches`, `paths-ignore`, …
public struct WorkflowFilter: Sendable {
    public let key: Located<String>
    public let list: FilterList
    /// The node of each pattern.
    public let nodes: [YAMLNode]
}

/// One entry of `on.schedule`.
public struct WorkflowSchedule: Sendable {
    public let cron: Located<String>
    public let timeZone: Located<String>?
}

/// An input that a workflow declares for `workflow_dispatch` or `workflow_call`.
public struct WorkflowInput: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case string, boolean, number, choice, environment
    }

    public let name: Located<String>
    public var description: String?
    public var kind: Kind = .string
    public var isRequired = false
    /// The default as it is written; nil where none is.
    public var defaultText: WorkflowText?
    public var options: [Located<String>] = []
}

/// A secret that `workflow_call` declares.
public struct WorkflowSecret: Sendable {
    public let name: Located<String>
    public let isRequired: Bool
}
