internal import Diagnostics
internal import Expressions
public import Plan

extension BuildspecDocument {
    /// The plan of an accepted file, with its warnings; nil for a file with errors.
    public func plan(for project: BuildspecProject = BuildspecProject()) -> RunPlan? {
        guard isAccepted, let buildspec else { return nil }
        return BuildspecLowering(document: self, buildspec: buildspec, project: project).plan
    }
}

/// Turns the syntax tree of an accepted file into a plan: one job, or those of its batch.
struct BuildspecLowering {
    let document: BuildspecDocument
    let buildspec: Buildspec
    let project: BuildspecProject

    /// What tells one build of a file from the others.
    struct Build {
        /// The job's key.
        var key: String
        var name: String?
        /// What runs: the file itself, or one that a task names.
        var document: BuildspecDocument
        /// Where the batch names it; nil for the file itself.
        var place: SourceRange?
        /// The identifier of a task, as `CODEBUILD_BATCH_BUILD_IDENTIFIER` has it: a literal, or an expression.
        var identifier: Template?
        var image: TemplateTree?
        var environment: [NamedTemplate] = []
        var needs: [String] = []
        var strategy: StrategyPlan?
        var ignoresFailure = false
    }

    var plan: RunPlan {
        let jobs = builds.compactMap(job)
        return RunPlan(
            name: project.name ?? document.path, path: document.path, dialect: .buildspec, jobs: jobs,
            failsFast: isBatch && buildspec.batch?.failsFast == true ? true : nil,
            notices: document.diagnostics.filter { $0.severity == .warning } + ignoredRuntimes)
    }

    /// The runtimes that are looked for on this host only: in a container, its image has them, or not.
    private var ignoredRuntimes: [Diagnostic] {
        builds.filter { $0.image != nil }.flatMap { build in
            let isOwn = build.document.path == document.path
            return (build.document.buildspec?.installedRuntimes ?? []).map { runtime in
                Diagnostic(
                    severity: .warning, rule: "ignored",
                    message:
                        "the runtime \"\(runtime.name.value)\"\(isOwn ? "" : " of \"\(build.document.path)\"") is not set up in"
                        + " a container: the version of its image is used",
                    file: document.path, range: isOwn ? runtime.name.range : build.place ?? runtime.name.range)
            }
        }.uniqued
    }

    var isBatch: Bool { project.runsBatch && buildspec.batch?.kind != nil }

    private func job(_ build: Build) -> JobPlan? {
        guard let file = build.document.buildspec else { return nil }
        let environment = environment(of: build, file: file)
        let steps = StepLowering(buildspec: file, build: build, project: project, isBatch: isBatch)
        return JobPlan(
            key: build.key, name: build.name.map(Template.init(literal:)), needs: build.needs, strategy: build.strategy,
            runsOn: project.labels.map(Template.init(literal:)), environment: environment,
            outputs: steps.outputs, timeoutMinutes: project.timeoutMinutes.map { Template(literal: "\($0)") },
            continueOnError: build.ignoresFailure ? Template(literal: "true") : nil, steps: steps.all, container: build.image,
            obstacles: (document.diagnostics + build.document.diagnostics).filter { diagnostic in
                diagnostic.rule == Obstacle.rule && [document.path, build.document.path].contains(diagnostic.file)
            }.uniqued,
            position: steps.position)
    }

    /// The file's variables, the project's, the task's, and those that whoever started the build gave: the later ones win. A task
    /// of a batch is started with its own, as by hand.
    private func environment(of build: Build, file: Buildspec) -> [NamedTemplate] {
        var environment = file.environment.variables.map(\.template)
        environment += project.variables.map { NamedTemplate(name: $0.name, value: Template(literal: $0.value)) }
        environment += project.secrets.map { .init(name: $0, value: .expression("secrets.\($0)")) }
        environment += build.environment
        environment.append(.mapping(.expression("inputs")))
        return environment
    }
}

extension Buildspec {
    /// Those of `runtime-versions` that Slipway finds by itself, on this host.
    var installedRuntimes: [BuildspecEnvironment.Variable] {
        (phase(.install)?.runtimeVersions ?? []).filter { BuildspecSupport.runtimes[$0.name.value] != nil }
    }
}

extension BuildspecEnvironment.Variable {
    var template: NamedTemplate { NamedTemplate(name: name.value, value: Template(literal: value.value)) }
}

extension Template {
    /// One of the lowering's own expressions.
    static func expression(_ source: String) -> Template {
        guard let template = try? Template(parsing: "${{ \(source) }}") else {
            preconditionFailure("not an expression: \(source)")
        }
        return template
    }
}

extension Condition {
    /// One of the lowering's own conditions.
    static func of(_ source: String) -> Condition {
        guard let condition = try? Condition(parsing: source) else { preconditionFailure("not a condition: \(source)") }
        return condition
    }
}

extension [Diagnostic] {
    /// Each once, in their order.
    fileprivate var uniqued: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return filter { seen.insert($0).inserted }
    }
}
