internal import Diagnostics
internal import YAML

/// Reads `batch`.
struct BatchReader {
    let context: SpecContext

    private static let kinds = ["build-list", "build-graph", "build-matrix", "build-fanout"]

    func read(_ root: MappingReader) -> BuildspecBatch? {
        guard let reader = context.mapping(root.value("batch"), path: "batch", context: "\"batch\"") else { return nil }
        var batch = BuildspecBatch(range: root.key("batch")?.range ?? reader.place)
        batch.failsFast = context.flag(reader, "fast-fail")?.value ?? false
        let named = Self.kinds.filter { reader.key($0) != nil }
        guard named.count == 1, let kind = named.first, let node = reader.value(kind) else {
            let found = named.isEmpty ? "none" : named.joined(separator: " and ")
            context.diagnostics.error(
                "batch-kind", "\"batch\" needs one of \(Self.kinds.joined(separator: ", ")), with a value; found \(found)",
                at: batch.range)
            return batch
        }
        switch kind {
        case "build-list": batch.kind = .list(tasks(node, path: "batch.build-list", areOrdered: false))
        case "build-graph": batch.kind = .graph(tasks(node, path: "batch.build-graph", areOrdered: true))
        case "build-matrix": batch.kind = matrix(node).map { .matrix($0) }
        default: batch.kind = fanOut(node).map { .fanOut($0) }
        }
        return batch
    }

    private func tasks(_ node: YAMLNode, path: String, areOrdered: Bool) -> [BuildspecTask] {
        guard let elements = node.elements else {
            context.diagnostics.reportKind(of: node, expected: "a sequence of tasks", context: "\"\(path)\"")
            return []
        }
        if elements.isEmpty { context.diagnostics.error("empty-value", "\"\(path)\" has no task", at: node.pointer) }
        return elements.compactMap { element in
            guard let reader = context.mapping(element, path: path, context: "a task") else { return nil }
            var task = BuildspecTask(range: reader.place)
            task.identifier = context.text(reader, "identifier")
            if task.identifier == nil, reader.value("identifier") == nil {
                context.diagnostics.error("missing-key", "a task needs the key \"identifier\"", at: reader.place)
            }
            task.buildspec = context.text(reader, "buildspec")
            // The tasks of a list run beside each other: it does not know the key, which is told as every such one.
            if areOrdered { task.dependsOn = context.list(reader, "depend-on", takesOne: true) }
            task.environment = environment(reader.value("env"), path: "\(path).env")
            task.ignoresFailure = context.flag(reader, "ignore-failure")?.value ?? false
            _ = context.flag(reader, "debug-session")
            return task
        }
    }

    private func environment(_ node: YAMLNode?, path: String) -> BuildspecTaskEnvironment {
        var environment = BuildspecTaskEnvironment()
        guard let reader = context.mapping(node, path: path, context: "\"env\" of the task") else { return environment }
        environment.image = context.text(reader, "image")
        environment.type = context.text(reader, "type")
        environment.isPrivileged = context.flag(reader, "privileged-mode")
        environment.variables = context.variables(reader, "variables", context: "\"env.variables\" of the task")
        if let fleet = reader.key("fleet"), reader.key("compute-type") != nil {
            context.diagnostics.error(
                "fleet-and-compute-type", "a task has either \"fleet\" or \"compute-type\", this one has both", at: fleet.range)
        }
        return environment
    }

    private func matrix(_ node: YAMLNode) -> BuildspecMatrix? {
        let path = "batch.build-matrix"
        guard let reader = context.mapping(node, path: path, context: "\"build-matrix\"") else { return nil }
        var matrix = BuildspecMatrix(range: reader.place)
        if let fixed = context.mapping(reader.value("static"), path: "\(path).static", context: "\"static\"") {
            matrix.ignoresFailure = context.flag(fixed, "ignore-failure")?.value ?? false
            matrix.environment = environment(fixed.value("env"), path: "\(path).static.env")
        }
        guard let varied = context.mapping(reader.required("dynamic"), path: "\(path).dynamic", context: "\"dynamic\"") else {
            return matrix
        }
        matrix.buildspecs = context.list(varied, "buildspec", takesOne: true)
        let values = context.mapping(varied.value("env"), path: "\(path).dynamic.env", context: "\"env\" of \"dynamic\"")
        matrix.images = context.list(values, "image", takesOne: true)
        for entry in context.entries(values, "variables", context: "\"env.variables\" of \"dynamic\"") {
            guard let axis = axis(entry) else { continue }
            matrix.axes.append(axis)
        }
        return matrix
    }

    private func axis(_ entry: YAMLEntry) -> BuildspecMatrix.Axis? {
        let nodes = entry.value.elements ?? (entry.value.scalarText == nil ? [] : [entry.value])
        let values = nodes.compactMap { node -> Placed<String>? in
            if let text = node.scalarText { return Placed(text, at: node.pointer) }
            context.diagnostics.reportKind(of: node, expected: "a text", context: "a value of \"\(entry.name)\"")
            return nil
        }
        if nodes.isEmpty {
            context.diagnostics.error(
                "empty-value", "the variable \"\(entry.name)\" of the matrix has no values", at: entry.key.range)
            return nil
        }
        return .init(name: Placed(entry.name, at: entry.key.range), values: values)
    }

    private func fanOut(_ node: YAMLNode) -> BuildspecFanOut? {
        guard let reader = context.mapping(node, path: "batch.build-fanout", context: "\"build-fanout\"") else { return nil }
        var fanOut = BuildspecFanOut(range: reader.place)
        fanOut.ignoresFailure = context.flag(reader, "ignore-failure")?.value ?? false
        if let node = reader.required("parallelism"), let count = reader.integer("parallelism", in: 1...256) {
            fanOut.parallelism = Placed(count, at: node.pointer)
        }
        return fanOut
    }
}

extension BuildspecBatch {
    /// The other files that its tasks run.
    var namedFiles: [Placed<String>] {
        switch kind {
        case .list(let tasks), .graph(let tasks): tasks.compactMap(\.buildspec)
        case .matrix(let matrix): matrix.buildspecs
        case .fanOut, nil: []
        }
    }
}
