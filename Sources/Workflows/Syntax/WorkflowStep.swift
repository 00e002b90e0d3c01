public import Diagnostics

/// A step as it is written.
public struct WorkflowStep: Sendable {
    /// What the step does.
    public enum Work: Sendable {
        case script(WorkflowScript)
        case action(WorkflowAction)
        /// `wait`, `wait-all` or `cancel`: steps about steps in the background.
        case control(Located<String>)
        /// Neither `run` nor `uses`: a mistake that is already reported.
        case missing
    }

    public var id: Located<String>?
    public var name: WorkflowText?
    public var condition: WorkflowCondition?
    public var environment = WorkflowVariables()
    public var continueOnError: WorkflowText?
    public var timeoutMinutes: WorkflowText?
    public var work = Work.missing
    public var range: SourceRange

    public init(range: SourceRange) {
        self.range = range
    }
}

/// `run` of a step.
public struct WorkflowScript: Sendable {
    public var text: WorkflowText
    public var shell: WorkflowText?
    public var workingDirectory: WorkflowText?
}

/// `uses` of a step.
public struct WorkflowAction: Sendable {
    public var reference: Located<String>
    public var inputs = WorkflowVariables()
}
