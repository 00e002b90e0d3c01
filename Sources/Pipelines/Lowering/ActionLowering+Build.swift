internal import Buildspecs
internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows
internal import YAML

/// Builds: a buildspec of the repository in a build project that the action describes.
extension ActionLowering {
    func build(_ build: BuildAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        let environment = texts.named(build.environment)
        guard let document = document(of: build, action) else {
            return Lowered(job: JobPlan(key: action.name.value), variables: nil)
        }
        let project = BuildspecProject(
            name: action.name.value, image: image(of: build),
            labels: build.runsOn.map(\.value), variables: environment.map { .init(name: $0.name, value: "") },
            runsBatch: false, timeoutMinutes: build.timeoutMinutes.map(Double.init))
        guard let plan = document.plan(for: project), var job = plan.jobs.first else {
            return Lowered(job: JobPlan(key: action.name.value), variables: nil)
        }
        // The file's own are told already.
        diagnostics.append(contentsOf: plan.notices.filter { !document.diagnostics.contains($0) })
        job.key = action.name.value
        job.name = nil
        job.environment = Self.environment(job.environment, with: environment)
        job.steps = job.steps.flatMap { step in prepared(step, for: action) }
        keepArtifacts(of: action, in: &job, document: document)
        return Lowered(job: job, variables: job.outputs.map(\.name))
    }

    private func document(of build: BuildAction, _ action: StageAction) -> BuildspecDocument? {
        let path = build.buildspec.value.hasPrefix("./") ? String(build.buildspec.value.dropFirst(2)) : build.buildspec.value
        guard let text = files.file(at: path) else {
            diagnostics.error("missing-file", "there is no file \"\(path)\" in the repository", at: build.buildspec.range)
            return nil
        }
        let document = BuildspecReader.read(text: text, path: path, runsBatch: false)
        document.refuse(at: build.buildspec.range, reportingTo: diagnostics)
        // Several actions may run one file.
        diagnostics.append(contentsOf: document.diagnostics.filter { !diagnostics.diagnostics.contains($0) })
        return document.isAccepted ? document : nil
    }

    private func image(of build: BuildAction) -> String? {
        guard let image = build.image else { return nil }
        if let reference = image.references.first {
            diagnostics.error("variable", "the image of a build can't depend on a variable", at: image.range(of: reference))
        }
        return image.node.scalarText
    }

    /// The project's variables are those of the action, which may depend on variables of the pipeline. What the stage is called
    /// with is nothing that a build is to see.
    private static func environment(_ all: [NamedTemplate], with own: [NamedTemplate]) -> [NamedTemplate] {
        var environment = all.filter { !$0.name.isEmpty }
        for variable in own {
            guard let index = environment.lastIndex(where: { $0.name == variable.name }) else { continue }
            environment[index].value = variable.value
        }
        return environment
    }

    // MARK: - Artifacts

    /// The build knows the pipeline and where its artifacts are; what it gets as its source is its first artifact.
    private func prepared(_ step: StepPlan, for action: StageAction) -> [StepPlan] {
        let handover = ArtifactHandover(action: action)
        switch step.id {
        case BuildStepID.provisioning:
            guard case .action(var call) = step.work else { return [step] }
            call.inputs.append(ArtifactHandover.input("pipeline", pipeline))
            call.inputs.append(ArtifactHandover.input("secondary-sources", handover.secondaryFolders))
            var step = step
            step.work = .action(call)
            return [step]
        case BuildStepID.source where !action.inputs.isEmpty:
            var steps = handover.receivingSteps
            // An earlier one that fails has the last one skipped.
            steps[steps.count - 1].id = step.id
            return steps
        default: return [step]
        }
    }

    /// Of the artifacts that the buildspec describes those that the action has as outputs are kept, by their names there: the only
    /// one, or each whose identifier it is.
    private func keepArtifacts(of action: StageAction, in job: inout JobPlan, document: BuildspecDocument) {
        let described = document.buildspec?.artifacts
        let identifiers = (described?.secondary ?? []).compactMap { $0.identifier?.value }
        let primary = described.map { !$0.files.isEmpty } ?? false
        var names: [String: String] = [:]
        for output in action.outputs {
            if identifiers.contains(output.value) {
                names[output.value] = output.value
            } else if primary, names[""] == nil {
                names[""] = output.value
            } else {
                let found = identifiers.isEmpty ? "" : "; it has \(identifiers.joined(separator: ", "))"
                diagnostics.error(
                    "artifact", "\(document.path) describes no artifact for \"\(output.value)\"\(found)", at: output.range)
            }
        }
        job.steps = job.steps.compactMap { step in
            guard case .action(var call) = step.work, call.actionName == "slipway/codebuild-artifact" else { return step }
            let identifier = identifiers.first { step.displayName.hasSuffix(" \($0)") } ?? ""
            guard let name = names[identifier], let index = call.inputs.firstIndex(where: { $0.name == "name" }) else {
                return nil
            }
            call.inputs[index].value = Template(literal: name)
            var step = step
            step.work = .action(call)
            return step
        }
    }
}
