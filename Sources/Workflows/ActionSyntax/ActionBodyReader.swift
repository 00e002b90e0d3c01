internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Reads `runs` of an action.
struct ActionBodyReader {
    let context: SyntaxContext
    let path: String

    /// What was read.
    struct Body {
        /// Nil where a mistake was reported.
        var plan: ActionPlan.Work?
        var steps: [WorkflowStep] = []
        var isComposite = false
    }

    /// The versions of Node that GitHub ever named.
    static let nodeVersions = [12, 16, 20, 24]
    private static let compositeKeys = ["using", "steps"]
    private static let nodeKeys = ["using", "main", "pre", "pre-if", "post", "post-if"]
    private static let dockerKeys = [
        "using", "image", "entrypoint", "args", "env", "pre-entrypoint", "pre-if", "post-entrypoint", "post-if",
    ]

    /// The keys of all kinds, each once.
    static let allKeys: [String] = {
        var keys: [String] = []
        for key in compositeKeys + nodeKeys + dockerKeys where !keys.contains(key) { keys.append(key) }
        return keys
    }()

    func read(_ node: YAMLNode) -> Body? {
        guard let outer = MappingReader(node, context: "\"runs\"", diagnostics: context.diagnostics) else { return nil }
        guard let using = context.plain(outer.required("using"), key: "runs.using") else { return nil }
        switch using.value.lowercased() {
        case "composite":
            guard let reader = reader(node, Self.compositeKeys, using: using) else { return nil }
            return readComposite(reader)
        case "docker":
            guard let reader = reader(node, Self.dockerKeys, using: using) else { return nil }
            return Body(plan: readDocker(reader).map(ActionPlan.Work.docker))
        case let word:
            guard word.hasPrefix("node"), let version = Int(word.dropFirst(4)), Self.nodeVersions.contains(version) else {
                let known = Self.nodeVersions.map { "node\($0)" } + ["composite", "docker"]
                context.diagnostics.error(
                    "unknown-value", "expected one of: \(known.joined(separator: ", ")); found \"\(using.value)\"",
                    at: using.range)
                return nil
            }
            guard let reader = reader(node, Self.nodeKeys, using: using) else { return nil }
            return Body(plan: readNode(reader, version: version).map(ActionPlan.Work.node))
        }
    }

    private func reader(_ node: YAMLNode, _ keys: [String], using: Located<String>) -> MappingReader? {
        context.mapping(node, path: "runs", context: "\"runs\" of a \(using.value) action", keys: keys)
    }

    // MARK: The three kinds

    private func readComposite(_ reader: MappingReader) -> Body {
        var body = Body(isComposite: true)
        guard let node = reader.required("steps") else { return body }
        guard let elements = node.elements else {
            context.diagnostics.reportKind(of: node, expected: "a sequence of steps", context: "\"steps\"")
            return body
        }
        let steps = StepReader(context: context, places: .composite)
        body.steps = elements.compactMap { steps.read($0) }
        body.plan = .composite(steps: body.steps.compactMap(\.plan))
        return body
    }

    private func readNode(_ reader: MappingReader, version: Int) -> NodeAction? {
        let pre = file(reader, "pre")
        let post = file(reader, "post")
        let preCondition = condition(reader, "pre-if", at: .actionPreCondition)
        let postCondition = condition(reader, "post-if", at: .actionPostCondition)
        guard reader.required("main") != nil, let main = file(reader, "main") else { return nil }
        return NodeAction(
            version: version, main: main, pre: pre, preCondition: preCondition, post: post, postCondition: postCondition)
    }

    private func readDocker(_ reader: MappingReader) -> DockerAction? {
        let preCondition = condition(reader, "pre-if", at: .actionPreCondition)
        let postCondition = condition(reader, "post-if", at: .actionPostCondition)
        let environment = context.variables(reader.value("env"), at: .actionEnvironment, context: "\"env\"")
        let arguments = (reader.value("args") == nil ? nil : reader.elements("args"))?.compactMap {
            context.text($0, at: .actionArguments)?.template
        }
        func word(_ key: String) -> String? { context.plain(reader.value(key), key: "runs.\(key)")?.value }
        let (entrypoint, before, after) = (word("entrypoint"), word("pre-entrypoint"), word("post-entrypoint"))
        guard let image = image(reader) else { return nil }
        return DockerAction(
            image: image, environment: environment.templates, entrypoint: entrypoint, arguments: arguments ?? [],
            preEntrypoint: before, preCondition: preCondition, postEntrypoint: after, postCondition: postCondition)
    }

    private func image(_ reader: MappingReader) -> DockerAction.Image? {
        guard let image = context.plain(reader.required("image"), key: "runs.image") else { return nil }
        let scheme = "docker://"
        if image.value.lowercased().hasPrefix(scheme) {
            let name = String(image.value.dropFirst(scheme.count))
            if name.isEmpty {
                context.diagnostics.error("empty-value", "\"\(scheme)\" is followed by an image's name", at: image.range)
            }
            return name.isEmpty ? nil : .reference(name)
        }
        let name = image.value.split(separator: "/").last?.lowercased() ?? ""
        guard name.contains("dockerfile") else {
            context.diagnostics.error(
                "action-metadata", "expected \"docker://image:tag\" or the path of a Dockerfile, found \"\(image.value)\"",
                at: image.range)
            return nil
        }
        return file(reader, "image").map(DockerAction.Image.dockerfile)
    }

    // MARK: Files and conditions

    /// A file that the action names, from its folder. It may lead to a folder beside it, as in repositories of many actions,
    /// but not out of the repository.
    private func file(_ reader: MappingReader, _ key: String) -> String? {
        guard let file = context.plain(reader.value(key), key: "runs.\(key)") else { return nil }
        var depth = path.split(separator: "/").dropLast().count { $0 != "." }
        var isInside = !file.value.hasPrefix("/") && !file.value.contains("\\") && !file.value.contains("\0")
        for part in file.value.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { isInside = false }
        }
        guard isInside else {
            context.diagnostics.error(
                "action-file", "\"\(key)\" names a file outside of the action's repository: \"\(file.value)\"", at: file.range)
            return nil
        }
        return file.value
    }

    /// `pre-if` and `post-if`: unlike a step's, they ask for no success unless they say so.
    private func condition(_ reader: MappingReader, _ key: String, at place: ExpressionPlace) -> Condition {
        guard let written = context.condition(reader.value(key), at: place)?.condition, !written.source.isEmpty else {
            return Self.always
        }
        guard !written.callsStatusFunction, !written.isText, let expression = written.expressions.first?.expression.source else {
            return written
        }
        return (try? Condition(parsing: "always() && (\(expression))")) ?? written
    }

    private static let always: Condition = {
        guard let condition = try? Condition(parsing: "always()") else { return .whenSuccessful }
        return condition
    }()
}
