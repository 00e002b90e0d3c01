internal import Diagnostics
internal import Expressions
public import Plan

/// Turns the syntax tree of an accepted file into a plan, with those of the workflows that it calls.
enum WorkflowLowering {
    static func plan(of workflow: Workflow, in document: WorkflowDocument) -> RunPlan {
        let obstacles = Dictionary(grouping: workflow.remarks, by: \.blockedJob)
        let ids = Dictionary(
            workflow.jobs.map { ($0.id.value.lowercased(), $0.id.value) }, uniquingKeysWith: { first, _ in first })
        return RunPlan(
            name: workflow.displayName, path: workflow.path, dialect: .workflow, title: workflow.runName?.template,
            environment: workflow.environment.templates, concurrency: workflow.concurrency?.plan,
            jobs: workflow.jobs.map { job in
                var plan = plan(of: job, in: workflow)
                plan.needs = needs(of: job, ids: ids)
                plan.obstacles = (obstacles[job.id.value] ?? []).map(\.diagnostic).inFileOrder
                if let call = job.call { add(call, of: job, in: document, workflow, to: &plan) }
                return plan
            },
            notices: document.diagnostics.filter { $0.severity == .warning })
    }

    private static func add(
        _ call: WorkflowCall, of job: WorkflowJob, in document: WorkflowDocument, _ workflow: Workflow, to plan: inout JobPlan
    ) {
        let problems = document.callObstacles[job.id.value] ?? []
        plan.call = document.calls[job.id.value].flatMap { self.plan(of: call, to: $0) }
        plan.obstacles += problems
        if plan.call == nil, problems.isEmpty {
            plan.obstacles += [obstacle(ofUnreadCallBy: job, in: workflow)].compactMap(\.self)
        }
    }

    private static func plan(of job: WorkflowJob, in workflow: Workflow) -> JobPlan {
        JobPlan(
            key: job.id.value,
            name: job.name.flatMap { $0.source.isEmpty ? nil : $0.template },
            condition: job.condition?.condition ?? .whenSuccessful,
            strategy: job.strategy?.plan,
            runsOn: job.runsOn?.labels.map(\.template) ?? [],
            environment: job.environment.templates,
            defaults: job.defaults.plan(over: workflow.defaults),
            outputs: job.outputs.map(\.template),
            timeoutMinutes: job.timeoutMinutes?.template,
            continueOnError: job.continueOnError?.template,
            steps: job.steps.compactMap(\.plan),
            container: job.container?.tree,
            services: job.services?.tree,
            concurrency: job.concurrency?.plan,
            deployment: job.deployment.map {
                EnvironmentReference(
                    name: $0.name.template, url: $0.url?.template, makesDeployment: $0.makesDeployment?.template)
            },
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
}

extension WorkflowConcurrency {
    fileprivate var plan: ConcurrencyPlan {
        ConcurrencyPlan(group: group.template, cancelInProgress: cancelInProgress?.template, queue: queue)
    }
}

extension WorkflowDocument {
    /// The plan of an accepted file, with its warnings; nil for a file with errors.
    public var plan: RunPlan? {
        guard isAccepted, let workflow else { return nil }
        if let lowered { return lowered.plan }
        return WorkflowLowering.plan(of: workflow, in: self)
    }
}
