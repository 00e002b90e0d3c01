internal import Expressions
internal import Plan

extension BuildspecLowering {
    /// The key of the job of a file without a batch, and of a batch that has one file.
    static let soleKey = "build"

    /// The builds of the file, in its order.
    var builds: [Build] {
        guard isBatch, let kind = buildspec.batch?.kind else {
            return [Build(key: Self.soleKey, document: document, image: image(project.image))]
        }
        return switch kind {
        case .list(let tasks), .graph(let tasks): tasks.map(build)
        case .matrix(let matrix): builds(of: matrix)
        case .fanOut(let fanOut): [build(of: fanOut)]
        }
    }

    private func build(_ task: BuildspecTask) -> Build {
        let identifier = task.identifier?.value ?? Self.soleKey
        return Build(
            key: identifier, document: file(task.buildspec?.value), place: task.buildspec?.range,
            identifier: Template(literal: identifier),
            image: image(task.environment.image?.value ?? project.image),
            environment: task.environment.variables.map(\.template), needs: task.dependsOn.map(\.value),
            ignoresFailure: task.ignoresFailure)
    }

    /// One job for each file, whose cells are the combinations of the other values.
    private func builds(of matrix: BuildspecMatrix) -> [Build] {
        let names = matrix.buildspecs.isEmpty ? [document.path] : matrix.buildspecs.map(\.value)
        var axes = matrix.axes.map { TemplateTree.Member(name: $0.name.value, value: .values($0.values.map(\.value))) }
        if !matrix.images.isEmpty { axes.insert(.init(name: "image", value: .values(matrix.images.map(\.value))), at: 0) }
        return names.enumerated().map { index, name in
            var build = Build(
                key: names.count == 1 ? Self.soleKey : "\(Self.soleKey)_\(index + 1)", name: names.count == 1 ? nil : name,
                document: file(name), place: matrix.buildspecs.isEmpty ? nil : matrix.buildspecs[index].range)
            build.environment = matrix.environment.variables.map(\.template)
            build.ignoresFailure = matrix.ignoresFailure
            build.identifier = .expression("format('\(build.key)_{0}', strategy.job-index)")
            build.image = image(matrix.environment.image?.value ?? project.image)
            guard !axes.isEmpty else {
                build.identifier = Template(literal: build.key)
                return build
            }
            build.strategy = StrategyPlan(matrix: .object(axes), failFast: Template(literal: "false"))
            build.environment += matrix.axes.map {
                NamedTemplate(name: $0.name.value, value: .expression("matrix['\($0.name.value.replacing("'", with: "''"))']"))
            }
            if matrix.images.contains(where: { !Self.isCodeBuilds($0.value) }) { build.image = .template(imageOfCell) }
            return build
        }
    }

    /// The image of a cell of a matrix; those of CodeBuild stand for the project's.
    private var imageOfCell: Template {
        let own = (project.image ?? "").replacing("'", with: "''")
        return .expression("startsWith(matrix.image, '\(Self.codeBuildImages)') && '\(own)' || matrix.image")
    }

    private func build(of fanOut: BuildspecFanOut) -> Build {
        let count = fanOut.parallelism?.value ?? 1
        let shards = TemplateTree.array((1...count).map { .value(.number(Double($0))) })
        return Build(
            key: Self.soleKey, document: document, identifier: .expression("format('\(Self.soleKey)_{0}', matrix.shard)"),
            image: image(project.image),
            environment: [
                NamedTemplate(name: "CODEBUILD_SHARD_NUMBER", value: .expression("matrix.shard")),
                NamedTemplate(name: "CODEBUILD_SHARD_COUNT", value: Template(literal: "\(count)")),
            ],
            strategy: StrategyPlan(
                matrix: .object([.init(name: "shard", value: shards)]), failFast: Template(literal: "false")),
            ignoresFailure: fanOut.ignoresFailure)
    }

    /// The file that a task runs.
    private func file(_ name: String?) -> BuildspecDocument {
        guard let name, name != document.path else { return document }
        return document.others[name] ?? document
    }

    // MARK: Images

    private static let codeBuildImages = "aws/codebuild/"

    /// Whether an image is one of those that CodeBuild has for itself; nobody else can pull them.
    private static func isCodeBuilds(_ image: String) -> Bool { image.hasPrefix(codeBuildImages) }

    private func image(_ image: String?) -> TemplateTree? {
        guard let image, !Self.isCodeBuilds(image) else {
            return project.image.flatMap { Self.isCodeBuilds($0) ? nil : .template(Template(literal: $0)) }
        }
        return .template(Template(literal: image))
    }
}

extension TemplateTree {
    fileprivate static func values(_ texts: [String]) -> TemplateTree { .array(texts.map { .value(.string($0)) }) }
}
