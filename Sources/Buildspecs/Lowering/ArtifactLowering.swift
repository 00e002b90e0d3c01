internal import Diagnostics
internal import Expressions
internal import Plan

/// Makes the steps that keep what a build made.
struct ArtifactLowering {
    let steps: StepLowering

    /// One for each artifact, and those before them that have the shell expand their texts.
    var uploads: [StepPlan] {
        guard let artifacts = steps.buildspec.artifacts else { return [] }
        let all = (artifacts.files.isEmpty ? [] : [artifacts]) + artifacts.secondary
        return all.enumerated().flatMap { index, artifact in upload(artifact, number: index) }
    }

    private func upload(_ artifact: BuildspecArtifacts, number: Int) -> [StepPlan] {
        let identifier = artifact.identifier?.value
        let texts = steps.expanded(
            [
                artifact.name?.value ?? identifier ?? "artifact", artifact.baseDirectory?.value ?? "",
                artifact.files.map(\.value).joined(separator: "\n"), artifact.excludedPaths.map(\.value).joined(separator: "\n"),
            ], as: "artifact_texts_\(number)", name: "Evaluate the artifact \(identifier ?? "")".trimmingBlanks)
        var inputs = zip(["name", "base-directory", "files", "exclude-paths"], texts.templates).map {
            NamedTemplate(name: $0, value: $1)
        }
        inputs.append(NamedTemplate(name: "discard-paths", value: Template(literal: artifact.discardsPaths ? "true" : "false")))
        if artifact.keepsLinks { inputs.append(NamedTemplate(name: "enable-symlinks", value: Template(literal: "true"))) }
        // The builds of a batch are one run, whose artifacts differ in their names.
        if steps.isBatch, let suffix = steps.build.identifier { inputs.append(NamedTemplate(name: "suffix", value: suffix)) }
        var step = steps.action(
            "slipway/codebuild-artifact", name: "UPLOAD_ARTIFACTS \(identifier ?? "")".trimmingBlanks, inputs: [])
        step.work = .action(ActionCall(reference: "slipway/codebuild-artifact", inputs: inputs))
        step.position = artifact.range.start
        step.condition = steps.condition(before: nil, andAfter: texts.steps.compactMap(\.id))
        return texts.steps.map { text in
            var text = text
            text.condition = steps.condition(before: nil)
            return text
        } + [step]
    }
}

/// Makes the steps that keep files for later builds, and put them back.
struct CacheLowering {
    let steps: StepLowering

    private static let texts = "cache_texts"
    private static let keys = "cache_keys"
    private static let restore = "cache"

    private var cache: BuildspecCache? { steps.buildspec.cache.flatMap { $0.paths.isEmpty ? nil : $0 } }

    var restoring: [StepPlan] {
        guard let cache, cache.action != .save else { return cache == nil ? [] : evaluation.steps }
        let evaluation = evaluation
        let step = call("slipway/codebuild-cache", evaluation.inputs, id: Self.restore, name: "Restore the cache")
        return evaluation.steps + [step]
    }

    /// After a build that succeeded; what was found under the very key is not saved again.
    var saving: [StepPlan] {
        guard let cache, cache.action != .restore else { return [] }
        var step = call(
            "actions/cache/save@v4", evaluation.inputs.filter { $0.name != "restore-keys" }, id: nil, name: "Save the cache")
        if cache.action == nil { step.condition = .of("steps.\(Self.restore).outputs.cache-hit != 'true'") }
        return [step]
    }

    /// The keys and paths, evaluated before the phases: what a phase changes does not change the key.
    private var evaluation: (inputs: [NamedTemplate], steps: [StepPlan]) {
        guard let cache else { return ([], []) }
        let paths = cache.paths.map { Self.path($0.value) }.joined(separator: "\n")
        let found = steps.expanded(
            [
                cache.key?.value ?? "", cache.key == nil ? "" : cache.fallbackKeys.map(\.value).joined(separator: "\n"), paths,
            ], as: Self.texts, name: "Evaluate the cache's keys")
        var inputs = zip(["key", "restore-keys", "path"], found.templates).map { NamedTemplate(name: $0, value: $1) }
        if cache.key == nil {
            // Without a key there is one cache that each build brings up to date: a new entry, and the newest one is found.
            let own = "codebuild-\(steps.buildspec.path)-"
            inputs[0].value = .expression("format('\(own.replacing("'", with: "''")){0}-{1}', github.run_id, github.run_attempt)")
            inputs[1].value = Template(literal: own)
        }
        return (inputs, found.steps)
    }

    private func call(_ reference: String, _ inputs: [NamedTemplate], id: String?, name: String) -> StepPlan {
        var step = steps.action(reference, id: id, name: name, inputs: [])
        step.work = .action(ActionCall(reference: reference, inputs: inputs))
        step.position = cache?.range.start ?? step.position
        return step
    }

    /// CodeBuild's home is `/root`. Everything below a folder is the folder.
    private static func path(_ text: String) -> String {
        var path = text == "/root" ? "~" : text.hasPrefix("/root/") ? "~/" + text.dropFirst(6) : text
        while let end = ["/**/*", "/**"].first(where: { path.hasSuffix($0) && path.count > $0.count }) {
            path.removeLast(end.count)
        }
        return path
    }
}

extension String {
    /// Without a blank at its end.
    fileprivate var trimmingBlanks: String { hasSuffix(" ") ? String(dropLast()) : self }
}
