internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows
internal import YAML

/// Turns the actions of stages into jobs.
struct ActionLowering {
    struct Lowered {
        /// Without its needs.
        var job: JobPlan
        /// The names of its variables; nil where they are not known before it runs.
        var variables: [String]?
    }

    let path: String
    /// The pipeline's name, or else its path.
    let pipeline: String
    let files: any CalledWorkflows
    let diagnostics: DiagnosticCollector
    private let calls: CallReader

    init(path: String, pipeline: String, files: any CalledWorkflows, diagnostics: DiagnosticCollector) {
        self.path = path
        self.pipeline = pipeline
        self.files = files
        self.diagnostics = diagnostics
        calls = CallReader(files)
    }

    func lower(_ action: StageAction, _ texts: inout TextLowering) -> Lowered {
        var lowered =
            switch action.work {
            case .build(let build): self.build(build, of: action, &texts)
            case .commands(let commands): self.commands(commands, of: action, &texts)
            case .workflow(let workflow): self.workflow(workflow, of: action, &texts)
            case .approval(let approval): self.approval(approval, of: action, &texts)
            case .deployToECS(let deploy): self.deploy(deploy, of: action, &texts)
            }
        lowered.job.position = action.name.range.start
        lowered.job.deployment = texts.template(action.deploymentEnvironment).map { EnvironmentReference(name: $0) }
        return lowered
    }

    // MARK: - Approvals

    private func approval(_ approval: ApprovalAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        let plan = ApprovalPlan(
            message: texts.template(approval.message), link: texts.template(approval.link),
            approvers: approval.approvers.map(\.value),
            timeout: approval.timeoutMinutes.map { Double($0) * 60 } ?? ApprovalPlan.defaultTimeout, isWholeJob: true)
        return Lowered(
            job: JobPlan(key: action.name.value, approval: plan), variables: ["approved-by", "comment"])
    }

    // MARK: - Workflows

    private func workflow(_ workflow: WorkflowAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        let reference = workflow.file.value.hasPrefix("./") ? workflow.file.value : "./\(workflow.file.value)"
        var job = JobPlan(key: action.name.value)
        let arguments = texts.named(workflow.inputs)
        do throws(CallProblem) {
            let call = try calls.call(reference, arguments: arguments)
            check(workflow.inputs.map(\.name), of: call, at: workflow.file)
            job.call = call
        } catch {
            diagnostics.error(
                "reusable-workflow", "\"\(workflow.file.value)\" can't be used: \(error.message)", at: workflow.file.range)
        }
        return Lowered(job: job, variables: job.call?.outputs.map(\.name) ?? [])
    }

    private func check(_ given: [Located<String>], of call: WorkflowCallPlan, at file: Located<String>) {
        let declared = Set(call.inputs.map { $0.name.lowercased() })
        for name in given where !declared.contains(name.value.lowercased()) {
            let list = call.inputs.isEmpty ? "it declares none" : "it declares \(call.inputs.map(\.name).joined(separator: ", "))"
            diagnostics.error(
                "reusable-workflow", "\(file.value) declares no input \"\(name.value)\": \(list)", at: name.range)
        }
        let names = Set(given.map { $0.value.lowercased() })
        for input in call.inputs where input.isRequired && input.defaultValue == nil && !names.contains(input.name.lowercased()) {
            diagnostics.error(
                "reusable-workflow", "\(file.value) needs the input \"\(input.name)\": give it in \"with\"", at: file.range)
        }
    }

    // MARK: - Commands

    private func commands(_ commands: CommandsAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        var job = JobPlan(
            key: action.name.value, runsOn: commands.runsOn.map { Template(literal: $0.value) },
            environment: texts.named(commands.environment),
            outputs: commands.outputVariables.compactMap(output),
            timeoutMinutes: commands.timeoutMinutes.map { Template(literal: String($0)) })
        job.container = texts.template(commands.image).map(TemplateTree.template)
        let handover = ArtifactHandover(action: action)
        job.steps = handover.receivingSteps
        var script = Template(literal: handover.exports).source
        for command in commands.commands { script += texts.script(command).source + "\n" }
        script += commands.outputVariables.map(Self.export).joined()
        job.steps.append(
            StepPlan(
                id: "commands", name: Template(literal: "Commands"),
                work: .script(Script(text: parsed(script, at: action))), position: action.name.range.start))
        job.steps += handover.keepingSteps(files: commands.files.map(\.value))
        return Lowered(job: job, variables: commands.outputVariables.map(\.value))
    }

    private func output(_ name: Located<String>) -> NamedTemplate? {
        let isName = name.value.utf8.enumerated().allSatisfy { index, byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
                || index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard isName, !name.value.isEmpty else {
            diagnostics.error(
                "variable", "\"\(name.value)\" is no name for a variable of the shell: use letters, digits and \"_\"",
                at: name.range)
            return nil
        }
        return output(name, ofStep: "commands")
    }

    /// Lines that hand a variable of the shell to the plan, whatever is in it.
    private static func export(_ name: Located<String>) -> String {
        "printf '%s<<%s\\n%s\\n%s\\n' '\(name.value)' 'slipway-end-of-value' \"${\(name.value)-}\" 'slipway-end-of-value' "
            + ">> \"$GITHUB_OUTPUT\"\n"
    }

    private func parsed(_ source: String, at action: StageAction) -> Template {
        do { return try Template(parsing: source) } catch {
            diagnostics.error("variable", error.message, at: action.name.range)
            return Template(literal: "")
        }
    }
}
