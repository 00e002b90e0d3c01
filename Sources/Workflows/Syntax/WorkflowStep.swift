public import Diagnostics

/// A step as it is written, in a job or in a composite action.
public struct WorkflowStep: Sendable {
    /// What the step does.
    public enum Work: Sendable {
        case script(WorkflowScript)
        case action(WorkflowAction)
        /// `wait`: the ids of the steps in the background that it waits for.
        case wait([Located<String>])
        case waitAll
        /// `cancel`: the id of the step in the background that it stops.
        case cancel(Located<String>)
        /// `parallel`: scripts and actions that run beside each other.
        case parallel([WorkflowStep])
        /// A mistake that is already reported.
        case missing
    }

    public var id: Located<String>?
    public var name: WorkflowText?
    public var condition: WorkflowCondition?
    public var environment = WorkflowVariables()
    public var continueOnError: WorkflowText?
    public var timeoutMinutes: WorkflowText?
    public var work = Work.missing
    public var isBackground = false
    public var range: SourceRange

    public init(range: SourceRange) {
        self.range = range
    }

    /// The step and those inside of it.
    public var withInnerSteps: [WorkflowStep] {
        if case .parallel(let steps) = work { [self] + steps } else { [self] }
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

extension [WorkflowStep] {
    /// The steps with those inside of groups, in the order of the file.
    public var withInnerSteps: [WorkflowStep] {
        let hasGroups = contains { step in
            if case .parallel = step.work { true } else { false }
        }
        return hasGroups ? flatMap(\.withInnerSteps) : self
    }
}
