internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Reads `container` and `services` into the trees that the plan has of them: every text a template, so that one evaluation
/// yields the whole.
struct ContainerReader {
    let context: SyntaxContext

    /// What `container` and a service differ in.
    private struct Kind {
        let path: String
        let label: String
        let place: ExpressionPlace
        let credentials: ExpressionPlace
        let environment: ExpressionPlace
        let keys: [String]

        static let job = Kind(
            path: "jobs.<job_id>.container", label: "\"container\"", place: .container, credentials: .containerCredentials,
            environment: .containerEnvironment, keys: ["image", "credentials", "env", "ports", "volumes", "options"])
        static let service = Kind(
            path: "jobs.<job_id>.services.<service_id>", label: "a service", place: .services,
            credentials: .serviceCredentials, environment: .serviceEnvironment,
            keys: ["image", "credentials", "env", "ports", "volumes", "options", "entrypoint", "command"])
    }

    func container(_ node: YAMLNode?) -> WorkflowContainer? {
        guard let node else { return nil }
        return read(node, as: .job).map { WorkflowContainer(tree: $0, range: node.pointer) }
    }

    func services(_ node: YAMLNode?) -> WorkflowServices? {
        guard let node else { return nil }
        if context.isExpression(node) {
            return context.text(node, at: .services).map { WorkflowServices(ids: [], tree: .template($0.template)) }
        }
        var services = WorkflowServices(ids: [], tree: .object([]))
        var members: [TemplateTree.Member] = []
        for entry in context.entries(node, context: "\"services\"", at: .services) {
            guard let tree = read(entry.value, as: .service) else { continue }
            services.ids.append(Located(entry.name, range: entry.key.range))
            members.append(TemplateTree.Member(name: entry.name, value: tree))
        }
        services.tree = .object(members)
        return services
    }

    private func read(_ node: YAMLNode, as kind: Kind) -> TemplateTree? {
        if node.scalar != nil {
            // An empty text says "no container", as an expression may.
            let isEmptyAllowed = kind.place == .container && !node.isNull
            return context.text(node, at: kind.place, isEmptyAllowed: isEmptyAllowed).map { .template($0.template) }
        }
        guard let reader = context.mapping(node, path: kind.path, context: kind.label, keys: kind.keys) else { return nil }
        guard let image = context.text(reader.required("image"), at: kind.place, isEmptyAllowed: false) else { return nil }
        var members = [TemplateTree.Member(name: "image", value: .template(image.template))]
        func add(_ name: String, _ tree: TemplateTree?) {
            if let tree { members.append(TemplateTree.Member(name: name, value: tree)) }
        }
        add("credentials", credentials(reader.value("credentials"), of: kind))
        let environment = context.variables(reader.value("env"), at: kind.environment, context: "\"env\" of \(kind.label)")
        add("env", reader.value("env") == nil ? nil : environment.tree)
        add("ports", list(reader, "ports", at: kind.place))
        add("volumes", list(reader, "volumes", at: kind.place))
        for key in ["options", "entrypoint", "command"] {
            add(key, context.text(reader.value(key), at: kind.place).map { .template($0.template) })
        }
        return .object(members)
    }

    private func list(_ reader: MappingReader, _ key: String, at place: ExpressionPlace) -> TemplateTree? {
        guard let node = reader.value(key) else { return nil }
        if context.isExpression(node) { return context.text(node, at: place).map { .template($0.template) } }
        return reader.elements(key).map { elements in
            .array(elements.compactMap { context.text($0, at: place, isEmptyAllowed: false).map { .template($0.template) } })
        }
    }

    private func credentials(_ node: YAMLNode?, of kind: Kind) -> TemplateTree? {
        guard let node else { return nil }
        if context.isExpression(node) { return context.text(node, at: kind.credentials).map { .template($0.template) } }
        let keys = ["username", "password"]
        let reader = context.mapping(node, path: "\(kind.path).credentials", context: "\"credentials\"", keys: keys)
        guard let reader else { return nil }
        let texts = keys.map { ($0, context.text(reader.value($0), at: kind.credentials, isEmptyAllowed: false)) }
        if let password = texts[1].1, password.isLiteral {
            context.diagnostics.warning(
                "hardcoded-secret",
                "everybody who sees the file sees this password; store a secret and use \"${{ secrets.NAME }}\"",
                at: password.range)
        }
        return .object(
            texts.compactMap { name, text in text.map { TemplateTree.Member(name: name, value: .template($0.template)) } })
    }
}

extension WorkflowVariables {
    /// The mapping as a tree.
    var tree: TemplateTree {
        if let expression { return .template(expression.template) }
        return .object(variables.map { TemplateTree.Member(name: $0.name.value, value: .template($0.value.template)) })
    }
}
