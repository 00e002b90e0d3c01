internal import Diagnostics
internal import Expressions
internal import Plan

extension WorkflowStep {
    /// Nil for a step whose mistake is already reported.
    var plan: StepPlan? {
        guard let work = workPlan else { return nil }
        return StepPlan(
            id: id?.value,
            name: name.flatMap { $0.source.isEmpty ? nil : $0.template },
            condition: condition?.condition ?? .whenSuccessful,
            environment: environment.templates,
            continueOnError: continueOnError?.template,
            timeoutMinutes: timeoutMinutes?.template,
            work: work,
            isBackground: isBackground,
            position: range.start)
    }

    private var workPlan: StepPlan.Work? {
        switch work {
        case .script(let script):
            .script(
                Script(
                    text: script.text.template, shell: script.shell?.template,
                    workingDirectory: script.workingDirectory.flatMap { $0.source.isEmpty ? nil : $0.template }))
        case .action(let action):
            .action(ActionCall(reference: action.reference.value, inputs: action.inputs.templates))
        case .wait(let steps): .wait(steps: steps.map(\.value))
        case .waitAll: .waitAll
        case .cancel(let step): .cancel(step: step.value)
        case .parallel(let steps): .parallel(steps.compactMap(\.plan))
        case .missing: nil
        }
    }
}

extension WorkflowVariable {
    var template: NamedTemplate { NamedTemplate(name: name.value, value: value.template) }
}

extension WorkflowVariables {
    var templates: [NamedTemplate] {
        if let expression { return [.mapping(expression.template)] }
        return variables.map(\.template)
    }
}
