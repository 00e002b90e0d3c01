internal import Diagnostics

/// One rule about a workflow file beyond its syntax.
///
/// A check looks at the tree only, reports everything it finds, and depends on no other check.
protocol WorkflowCheck: Sendable {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector)
}

/// The checks that every file goes through.
enum WorkflowChecks {
    static let all: [any WorkflowCheck] = [
        JobGraphCheck(),
        IdentifierCheck(),
        BackgroundStepCheck(),
        ActivityTypeCheck(),
        FilterCheck(),
        ScheduleCheck(),
        InputCheck(),
        ContextAvailabilityCheck(),
        ReferenceCheck(),
        ContextPropertyCheck(),
        ConditionCheck(),
        MatrixCheck(),
        ShellCheck(),
        VariableNameCheck(),
        ActionReferenceCheck(),
        ActionInputCheck(),
        GateConditionCheck(),
        UntrustedTextCheck(),
        UntrustedCheckoutCheck(),
        UnpinnedActionCheck(),
        DeprecatedCommandCheck(),
        SupportCheck(),
    ]

    /// Those for the steps and expressions of an action's metadata.
    static let ofActions: [any WorkflowCheck] = [
        IdentifierCheck(),
        ContextAvailabilityCheck(),
        ReferenceCheck(),
        ContextPropertyCheck(),
        ConditionCheck(),
        ShellCheck(),
        VariableNameCheck(),
        ActionReferenceCheck(),
        ActionInputCheck(),
        GateConditionCheck(),
        UntrustedTextCheck(),
        UnpinnedActionCheck(),
        DeprecatedCommandCheck(),
    ]
}
