internal import Diagnostics
internal import Expressions
internal import Plan

/// The steps of a build that others may have to find among those of its job.
public enum BuildStepID {
    /// Sets the variables of the build.
    public static let provisioning = "provisioning"
    /// Gets what is built. The phases run where it succeeded.
    public static let source = "source"
}

/// Makes the steps of one build, in the order of CodeBuild's phases.
struct StepLowering {
    let buildspec: Buildspec
    let build: BuildspecLowering.Build
    let project: BuildspecProject
    let isBatch: Bool

    /// The variable by which commands know whether the build is succeeding.
    static let statusVariable = "CODEBUILD_BUILD_SUCCEEDING"

    var all: [StepPlan] { preparation + phases + ending }

    /// Where the build begins in its file.
    var position: SourcePosition {
        buildspec.phases.first?.range.start ?? buildspec.batch?.range.start ?? SourcePosition(line: 1, column: 1)
    }

    /// The exported variables, as outputs of the job.
    var outputs: [NamedTemplate] {
        exportedNames.map { NamedTemplate(name: $0, value: .expression("steps.\(Self.exports).outputs['\($0)']")) }
    }

    // MARK: Before the phases

    private static let provisioning = BuildStepID.provisioning
    static let source = BuildStepID.source

    private var preparation: [StepPlan] {
        var steps = [provision, download]
        for (index, runtime) in runtimes.enumerated() { steps += setUp(runtime, number: index + 1) }
        return steps + CacheLowering(steps: self).restoring
    }

    /// What has to have succeeded for a phase to run.
    private var prepared: [String] { preparation.compactMap(\.id) }

    private var provision: StepPlan {
        var inputs: [(String, String)] = [("project", project.name ?? buildspec.path), ("buildspec", buildspec.path)]
        if !buildspec.environment.parameterStore.isEmpty { inputs.append(("parameter-store", parameters.jsonText())) }
        if !buildspec.environment.secretsManager.isEmpty { inputs.append(("secrets-manager", secrets.jsonText())) }
        inputs.append(("reserved", (project.variableNames + build.environment.map(\.name)).joined(separator: "\n")))
        var step = action("slipway/codebuild-environment", id: Self.provisioning, name: "PROVISIONING", inputs: inputs)
        guard case .action(var call) = step.work else { return step }
        if let identifier = build.identifier { call.inputs.append(.init(name: "batch-identifier", value: identifier)) }
        if buildspec.environment.gitCredentialHelper?.value == true {
            call.inputs.append(.init(name: "git-credential-helper", value: Template(literal: "true")))
            if let secret = project.gitCredential {
                call.inputs.append(.init(name: "git-token", value: .expression("secrets.\(secret)")))
            }
        }
        if case .template(let image)? = build.image { call.inputs.append(.init(name: "image", value: image)) }
        step.work = .action(call)
        return step
    }

    /// `{"NAME": "name of the parameter"}`
    private var parameters: ExpressionValue {
        .object(
            ExpressionObject(
                buildspec.environment.parameterStore.map { ($0.name.value, .string($0.value.value)) }, keyMatching: .exact))
    }

    /// `{"NAME": {"id", "key", "stage", "version"}}`
    private var secrets: ExpressionValue {
        let pairs = buildspec.environment.secretsManager.compactMap { secret -> (String, ExpressionValue)? in
            guard let reference = try? SecretReference(secret.reference.value) else { return nil }
            var object: ExpressionObject = ["id": .string(reference.id)]
            if let key = reference.jsonKey { object["key"] = .string(key) }
            if let stage = reference.versionStage { object["stage"] = .string(stage) }
            if let version = reference.versionID { object["version"] = .string(version) }
            return (secret.name.value, .object(object))
        }
        return .object(ExpressionObject(pairs, keyMatching: .exact))
    }

    private var download: StepPlan {
        action(
            "actions/checkout@v4", id: Self.source, name: "DOWNLOAD_SOURCE",
            inputs: [
                ("fetch-depth", "\(project.cloneDepth)"), ("submodules", project.includesSubmodules ? "recursive" : "false"),
            ])
    }

    private var runtimes: [BuildspecEnvironment.Variable] {
        build.image == nil ? buildspec.installedRuntimes : []
    }

    private func setUp(_ runtime: BuildspecEnvironment.Variable, number: Int) -> [StepPlan] {
        let name = runtime.name.value
        let version = runtime.value.value == "latest" ? (name == "python" ? "3.x" : "latest") : runtime.value.value
        let texts = expanded([version], as: "runtime_version_\(number)", name: "Evaluate the version of \(name)")
        let reference = BuildspecSupport.runtimes[name] ?? ""
        let input = ["python": "python-version", "nodejs": "node-version"][name] ?? "version"
        var step = action(
            reference == BuildspecSupport.runtimeAction ? reference : "\(reference)@v4", id: "runtime_\(number)",
            name: "Set up \(name) \(runtime.value.value)", inputs: input == "version" ? [("runtime", name)] : [])
        if case .action(var call) = step.work {
            call.inputs.append(NamedTemplate(name: input, value: texts.templates[0]))
            step.work = .action(call)
        }
        return texts.steps + [step]
    }

    // MARK: Phases

    private var phases: [StepPlan] {
        buildspec.phases.filter { !$0.commands.isEmpty || !$0.finally.isEmpty }.map { phase in
            StepPlan(
                id: phase.name.rawValue, name: Template(literal: phase.name.rawValue.uppercased()),
                condition: condition(before: phase.name), work: .commands(block(phase)), position: phase.range.start)
        }
    }

    private func block(_ phase: BuildspecPhase) -> CommandBlock {
        var block = emptyBlock
        block.commands = phase.commands.map(\.line)
        block.finally = phase.finally.map(\.line)
        setUser(phase.runAs ?? buildspec.runAs, of: &block)
        if case .retry(let retry)? = phase.onFailure?.value { block.retry = retry }
        return block
    }

    var emptyBlock: CommandBlock {
        let isPlain =
            buildspec.environment.shell?.value.hasSuffix("sh") == true
            && buildspec.environment.shell?.value.hasSuffix("bash") == false
        var block = CommandBlock(
            commands: [], shell: buildspec.environment.shell == nil ? .any : isPlain ? .sh : .bash,
            isIsolated: buildspec.version?.value == .separateShells, statusVariable: Self.statusVariable)
        setUser(buildspec.runAs, of: &block)
        return block
    }

    private func setUser(_ user: Placed<String>?, of block: inout CommandBlock) {
        block.user = user?.value
        block.userPlace = user.map { "\(buildspec.path):\($0.range.start.line):\($0.range.start.column)" }
    }

    /// What lets a phase run: everything that came before and whose failure ends the build succeeded. Nil: all phases are before.
    ///
    /// - Parameter others: ids of more steps that have to have succeeded.
    func condition(before name: BuildspecPhase.Name?, andAfter others: [String] = []) -> Condition {
        let names = BuildspecPhase.Name.allCases
        let end = name.flatMap(names.firstIndex) ?? names.count
        let earlier = buildspec.phases.filter { phase in
            (names.firstIndex(of: phase.name) ?? 0) < end && !(phase.commands.isEmpty && phase.finally.isEmpty)
        }
        let ending = earlier.filter(\.endsBuild)
        guard ending.count < earlier.count else { return .whenSuccessful }
        let terms = (prepared + ending.map(\.name.rawValue) + others).map { "steps.\($0).outcome == 'success'" }
        return .of((["!cancelled()"] + terms).joined(separator: " && "))
    }

    // MARK: After the phases

    private static let exports = "exports"

    private var ending: [StepPlan] {
        var steps: [StepPlan] = []
        if !exportedNames.isEmpty {
            var block = emptyBlock
            block.expansions = exportedNames.map { .init(name: $0, text: "${\($0)-}") }
            steps.append(
                StepPlan(
                    id: Self.exports, name: Template(literal: "Export variables"), condition: condition(before: nil),
                    work: .commands(block)))
        }
        return steps + ReportLowering(steps: self).all + ArtifactLowering(steps: self).uploads + CacheLowering(steps: self).saving
    }

    private var exportedNames: [String] {
        var seen: Set<String> = []
        return buildspec.environment.exportedVariables.map(\.value).filter {
            VariableCheck.isName($0) && !$0.hasPrefix("AWS_") && seen.insert($0).inserted
        }
    }

    // MARK: Parts of steps

    func action(_ reference: String, id: String? = nil, name: String, inputs: [(String, String)]) -> StepPlan {
        StepPlan(
            id: id, name: Template(literal: name),
            work: .action(
                ActionCall(
                    reference: reference,
                    inputs: inputs.map { NamedTemplate(name: $0.0, value: Template(literal: $0.1)) })))
    }

    /// Texts in which the build's shell may have something to expand, and the step that has it do so, where there is anything.
    ///
    /// - Returns: a template for each text.
    func expanded(_ texts: [String], as id: String, name: String) -> (templates: [Template], steps: [StepPlan]) {
        var block = emptyBlock
        let templates = texts.enumerated().map { index, text -> Template in
            guard text.contains(where: { $0 == "$" || $0 == "`" }) else { return Template(literal: text) }
            block.expansions.append(.init(name: "text_\(index)", text: text))
            return .expression("steps.\(id).outputs.text_\(index)")
        }
        guard !block.expansions.isEmpty else { return (templates, []) }
        return (templates, [StepPlan(id: id, name: Template(literal: name), work: .commands(block))])
    }
}

extension BuildspecPhase {
    /// Whether its failure keeps the later phases from running.
    fileprivate var endsBuild: Bool {
        switch onFailure?.value {
        case .abort, .retry: true
        case .proceed: false
        case nil: name == .install || name == .preBuild
        }
    }
}

extension Placed<String> {
    fileprivate var line: CommandBlock.Line { CommandBlock.Line(text: value, position: range.start) }
}
