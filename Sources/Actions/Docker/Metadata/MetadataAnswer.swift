internal import Archives
internal import Execution
internal import Expressions

/// What `docker/metadata-action` hands on: outputs, variables of the same content, and files for `docker buildx bake`.
struct MetadataAnswer {
    let version: String
    let images: [String]
    let tags: [String]
    let tagNames: [String]
    let labels: [(name: String, value: String)]
    let annotations: [(name: String, value: String)]

    func result(for invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        func separator(_ name: String) -> String {
            let given = invocation.inputs[name] ?? ""
            return given.isEmpty ? "\n" : given
        }
        let levels = InputList.values(
            invocation.commandEnvironment["DOCKER_METADATA_ANNOTATIONS_LEVELS"] ?? "manifest", commaSeparates: true)
        let leveled = levels.flatMap { level in annotations.map { "\(level):\($0.name)=\($0.value)" } }
        var outputs: [(name: String, value: String)] = [
            ("version", version), ("tags", tags.joined(separator: separator("sep-tags"))),
            ("tag-names", tagNames.joined(separator: separator("sep-tags"))),
            ("labels", labels.map { "\($0.name)=\($0.value)" }.joined(separator: separator("sep-labels"))),
            ("annotations", leveled.joined(separator: separator("sep-annotations"))),
            ("json", json(annotations: leveled).jsonText()),
        ]
        outputs += try bakeFiles(annotations: leveled, invocation)
        for (title, content) in [("Docker tags", tags), ("Docker labels", labels.map { "\($0.name)=\($0.value)" })] {
            invocation.log("##[group]\(title)")
            for line in content { invocation.log(line) }
            invocation.log("##[endgroup]")
        }
        let variables = outputs.map { name, value in
            ("DOCKER_METADATA_OUTPUT_" + name.uppercased().replacing("-", with: "_"), value)
        }
        return ActionResult(
            outputs: ExpressionObject(outputs.map { ($0.name, .string($0.value)) }),
            environment: Dictionary(uniqueKeysWithValues: variables))
    }

    private var labelObject: ExpressionValue {
        .object(ExpressionObject(labels.map { ($0.name, .string($0.value)) }, keyMatching: .exact))
    }

    private func json(annotations: [String]) -> ExpressionValue {
        [
            "tags": .array(tags.map(ExpressionValue.string)), "labels": labelObject,
            "annotations": .array(annotations.map(ExpressionValue.string)),
        ]
    }

    // MARK: - Bake

    private func bakeFiles(
        annotations: [String], _ invocation: ActionInvocation
    ) throws(ActionFailure) -> [(name: String, value: String)] {
        let arguments: ExpressionValue = [
            "DOCKER_META_IMAGES": .string(images.joined(separator: ",")), "DOCKER_META_VERSION": .string(version),
        ]
        let tagList = ExpressionValue.array(tags.map(ExpressionValue.string))
        let contents: [(name: String, suffix: String, target: ExpressionValue)] = [
            ("bake-file-tags", "-tags", ["tags": tagList, "args": arguments]),
            ("bake-file-labels", "-labels", ["labels": labelObject]),
            ("bake-file-annotations", "-annotations", ["annotations": .array(annotations.map(ExpressionValue.string))]),
            ("bake-file", "", ["tags": tagList, "labels": labelObject, "args": arguments]),
        ]
        let target = invocation.input("bake-target") ?? "docker-metadata-action"
        let folder = "\(invocation.folders.temporary.inside)/docker-metadata-\(UInt32.random(in: 0 ... .max))"
        let files = try JobFiles(invocation)
        _ = try archiving { () throws(ArchiveError) in try files.map.folder(making: folder) }
        var paths: [(name: String, value: String)] = []
        for (name, suffix, content) in contents {
            let path = "\(folder)/docker-metadata-action-bake\(suffix).json"
            let file: ExpressionValue = ["target": .object(ExpressionObject([(target, content)], keyMatching: .exact))]
            try archiving { () throws(ArchiveError) in try files.map.write(file.jsonText(pretty: true), to: path) }
            paths.append((name, path))
        }
        return paths
    }
}
