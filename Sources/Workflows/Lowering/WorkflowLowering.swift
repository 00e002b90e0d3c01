public import Diagnostics
internal import Expressions
public import Plan

/// Turns the syntax tree of an accepted file into a plan.
public enum WorkflowLowering {
    /// - Parameter notices: what the check said; its warnings go into the plan.
    public static func plan(of workflow: Workflow, notices: [Diagnostic] = []) -> RunPlan {
        let obstacles = Dictionary(grouping: SupportRemark.all(on: workflow), by: \.blockedJob)
        let ids = Dictionary(
            workflow.jobs.map { ($0.id.value.lowercased(), $0.id.value) }, uniquingKeysWith: { first, _ in first })
        return RunPlan(
            name: workflow.displayName, path: workflow.path, dialect: .workflow, title: workflow.runName?.template,
            environment: workflow.environment.templates,
            jobs: workflow.jobs.map { job in
                var plan = plan(of: job, in: workflow)
                plan.needs = needs(of: job, ids: ids)
                plan.obstacles = (obstacles[job.id.value] ?? []).map(\.diagnostic).inFileOrder
                return plan
            },
            notices: notices.filter { $0.severity == .warning })
    }

    private static func plan(of job: WorkflowJob, in workflow: Workflow) -> JobPlan {
        JobPlan(
            key: job.id.value,
            name: job.name.flatMap { $0.source.isEmpty ? nil : $0.template },
            condition: job.condition?.condition ?? .whenSuccessful,
            strategy: job.strategy.map { strategy in
                StrategyPlan(
                    matrix: strategy.matrix?.tree, failFast: strategy.failFast?.template,
                    maxParallel: strategy.maxParallel?.template)
            },
            runsOn: job.runsOn?.labels.map(\.template) ?? [],
            environment: job.environment.templates,
            defaults: StepDefaults(
                shell: (job.defaults.shell ?? workflow.defaults.shell)?.template,
                workingDirectory: (job.defaults.workingDirectory ?? workflow.defaults.workingDirectory)?.template),
            outputs: job.outputs.map(\.template),
            timeoutMinutes: job.timeoutMinutes?.template,
            continueOnError: job.continueOnError?.template,
            steps: job.steps.compactMap(plan(of:)),
            position: job.id.range.start)
    }

    /// The ids as their jobs write them, each once.
    private static func needs(of job: WorkflowJob, ids: [String: String]) -> [String] {
        var needs: [String] = []
        for need in job.needs {
            let id = ids[need.value.lowercased()] ?? need.value
            if !needs.contains(id) { needs.append(id) }
        }
        return needs
    }

    private static func plan(of step: WorkflowStep) -> StepPlan? {
        guard let work = work(of: step) else { return nil }
        return StepPlan(
            id: step.id?.value,
            name: step.name.flatMap { $0.source.isEmpty ? nil : $0.template },
            condition: step.condition?.condition ?? .whenSuccessful,
            environment: step.environment.templates,
            continueOnError: step.continueOnError?.template,
            timeoutMinutes: step.timeoutMinutes?.template,
            work: work,
            position: step.range.start)
    }

    private static func work(of step: WorkflowStep) -> StepPlan.Work? {
        switch step.work {
        case .script(let script):
            .script(
                Script(
                    text: script.text.template, shell: script.shell?.template,
                    workingDirectory: script.workingDirectory.flatMap { $0.source.isEmpty ? nil : $0.template }))
        case .action(let action):
            .action(ActionCall(reference: action.reference.value, inputs: action.inputs.templates))
        // Never executed: its job has an obstacle.
        case .control(let kind): .action(ActionCall(reference: kind.value))
        case .missing: nil
        }
    }
}

extension WorkflowVariable {
    fileprivate var template: NamedTemplate { NamedTemplate(name: name.value, value: value.template) }
}

extension WorkflowVariables {
    fileprivate var templates: [NamedTemplate] { variables.map(\.template) }
}

extension WorkflowDocument {
    /// The plan of an accepted file, with its warnings; nil for a file with errors.
    public var plan: RunPlan? {
        guard isAccepted, let workflow else { return nil }
        return WorkflowLowering.plan(of: workflow, notices: diagnostics)
    }
}
