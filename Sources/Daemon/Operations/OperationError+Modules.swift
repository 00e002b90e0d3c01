internal import Scheduling
internal import Triggers
internal import Web
internal import Workflows

extension OperationError {
    init(_ error: TriggerError) {
        let kind: Kind =
            switch error.kind {
            case .notFound: .notFound
            case .invalid: .invalid
            case .unauthenticated: .unauthenticated
            case .unavailable: .unavailable
            }
        self.init(kind, error.message, diagnostics: error.diagnostics)
    }

    init(_ error: SchedulingError) {
        let kind: Kind =
            switch error.kind {
            case .notFound: .notFound
            case .conflict: .conflict
            case .forbidden: .forbidden
            case .store: .unavailable
            }
        self.init(kind, error.message)
    }
}

extension DispatchableWorkflow {
    init(_ workflow: Workflow) {
        self.init(
            path: workflow.path, name: workflow.displayName,
            inputs: workflow.dispatchInputs.map { input in
                DispatchInput(
                    name: input.name.value, description: input.description, kind: .init(rawValue: input.kind.rawValue) ?? .string,
                    isRequired: input.isRequired, defaultValue: input.defaultText?.source,
                    options: input.options.map(\.value))
            }, branch: workflow.sourceBranch)
    }
}
