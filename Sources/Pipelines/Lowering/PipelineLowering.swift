internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows

/// Turns a pipeline into a plan: each stage is a job that calls a plan of its own, whose jobs are the stage's actions.
///
/// A stage needs all stages before it; an action needs those of its stage with a lower run order. The stage's place in its
/// concurrency group is what CodePipeline calls the lock of the stage: held from the first action's start to the last one's end.
struct PipelineLowering {
    let pipeline: Pipeline
    let path: String
    let actions: ActionLowering
    let diagnostics: DiagnosticCollector
    private var scope: VariableScope

    init(pipeline: Pipeline, path: String, files: any CalledWorkflows, diagnostics: DiagnosticCollector) {
        self.pipeline = pipeline
        self.path = path
        self.diagnostics = diagnostics
        actions = ActionLowering(
            path: path, pipeline: pipeline.triggers.displayName, files: files, diagnostics: diagnostics)
        scope = VariableScope(
            defaults: Dictionary(
                pipeline.variables.map { ($0.name.value, $0.defaultValue) }, uniquingKeysWith: { first, _ in first }))
    }

    /// What is wrong is among the diagnostics; the plan is of use only where none of them is an error.
    mutating func plan() -> RunPlan {
        // Before the stages are put together it has to be known what later ones take from earlier ones.
        let stages = pipeline.stages.indices.map { lowered($0) }
        return RunPlan(
            name: pipeline.triggers.displayName, path: path, dialect: .pipeline,
            jobs: pipeline.stages.indices.map { job(ofStage: $0, actions: stages[$0]) })
    }

    // MARK: - Actions

    private mutating func lowered(_ index: Int) -> [JobPlan] {
        let stage = pipeline.stages[index]
        var jobs: [JobPlan] = []
        for group in stage.runOrders {
            let before = jobs.map(\.key)
            var found: [(action: StageAction, lowered: ActionLowering.Lowered)] = []
            for action in group.actions {
                var texts = TextLowering(stage: index, scope: scope, diagnostics: diagnostics)
                var result = actions.lower(action, &texts)
                scope = texts.scope
                result.job.needs = before
                found.append((action, result))
            }
            // Actions beside each other don't see each other's variables.
            for (action, result) in found {
                jobs.append(result.job)
                guard let namespace = action.namespace else { continue }
                scope.add(
                    namespace.value,
                    VariableScope.Origin(
                        stage: index, stageName: stage.name.value, action: action.name.value, variables: result.variables))
            }
        }
        return jobs
    }

    // MARK: - Stages

    private func job(ofStage index: Int, actions: [JobPlan]) -> JobPlan {
        let stage = pipeline.stages[index]
        let imports = (scope.imports[index] ?? [:]).sorted { $0.key < $1.key }
        let exports = scope.exports(ofStage: index)
        let call = WorkflowCallPlan(
            reference: "stage \(stage.name.value)",
            plan: RunPlan(name: stage.name.value, path: path, dialect: .pipeline, jobs: actions),
            arguments: imports.map { key, reference in
                NamedTemplate(name: key, value: template("${{ \(scope.argument(for: reference)) }}"))
            },
            inputs: imports.map { WorkflowCallPlan.Input(name: $0.key, kind: .string) }, secrets: .inherit,
            outputs: exports.map { reference, action in
                NamedTemplate(
                    name: reference.key, value: template("${{ jobs['\(action)'].outputs['\(reference.name)'] }}"))
            })
        return JobPlan(
            key: stage.name.value, needs: pipeline.stages[..<index].map(\.name.value), call: call,
            concurrency: concurrency(of: stage), stageRetry: stage.retryMode?.plan,
            stageRollsBack: stage.rollsBack ? true : nil, position: stage.name.range.start)
    }

    private func concurrency(of stage: Stage) -> ConcurrencyPlan? {
        let group = Template(literal: "stage \(stage.name.value) of \(path)")
        return switch pipeline.executionMode {
        case .superseded: ConcurrencyPlan(group: group, queue: .single)
        case .queued: ConcurrencyPlan(group: group, queue: .max)
        case .parallel: nil
        }
    }

    /// A template of our own making.
    private func template(_ source: String) -> Template {
        do { return try Template(parsing: source) } catch {
            diagnostics.error("variable", "can't hand on a variable: \(error.message)", at: SourceRange(line: 1, column: 1))
            return Template(literal: "")
        }
    }
}

extension Stage.RetryMode {
    fileprivate var plan: StageRetry {
        switch self {
        case .failedActions: .failedActions
        case .allActions: .allActions
        }
    }
}
