internal import Diagnostics
internal import Expressions
internal import YAML

/// Reads `container` and `services`.
struct ContainerReader {
    let context: SyntaxContext

    func container(_ node: YAMLNode?) -> WorkflowContainer? {
        guard let node else { return nil }
        return read(
            node, path: "jobs.<job_id>.container", at: .container, credentials: .containerCredentials,
            environment: .containerEnvironment, isService: false)
    }

    func services(_ node: YAMLNode?) -> [(id: Located<String>, container: WorkflowContainer)] {
        guard let node else { return [] }
        if context.isExpression(node) {
            _ = context.text(node, at: .services)
            return []
        }
        return context.entries(node, context: "\"services\"").compactMap { entry in
            let container = read(
                entry.value, path: "jobs.<job_id>.services.<service_id>", at: .services, credentials: .serviceCredentials,
                environment: .serviceEnvironment, isService: true)
            return container.map { (id: Located(entry.name, range: entry.key.range), container: $0) }
        }
    }

    private func read(
        _ node: YAMLNode, path: String, at place: ExpressionPlace, credentials: ExpressionPlace,
        environment: ExpressionPlace, isService: Bool
    ) -> WorkflowContainer? {
        var container = WorkflowContainer()
        if node.scalar != nil {
            container.image = context.text(node, at: place, isEmptyAllowed: !isService)
            return container
        }
        let keys = ["image", "credentials", "env", "ports", "volumes", "options"] + (isService ? ["entrypoint", "command"] : [])
        let label = isService ? "a service" : "\"container\""
        guard let reader = context.mapping(node, path: path, context: label, keys: keys) else { return nil }
        container.image = context.text(reader.required("image"), at: place, isEmptyAllowed: place == .container)
        container.options = context.text(reader.value("options"), at: place)
        for key in ["entrypoint", "command"] { _ = context.text(reader.value(key), at: place) }
        container.ports = list(reader, "ports", at: place)
        container.volumes = list(reader, "volumes", at: place)
        container.environment = context.variables(reader.value("env"), at: environment, context: "\"env\" of \(label)")
        container.credentials = readCredentials(reader.value("credentials"), path: path, at: credentials)
        return container
    }

    private func list(_ reader: MappingReader, _ key: String, at place: ExpressionPlace) -> [WorkflowText] {
        guard let node = reader.value(key) else { return [] }
        if context.isExpression(node) { return [context.text(node, at: place)].compactMap(\.self) }
        return reader.elements(key)?.compactMap { context.text($0, at: place, isEmptyAllowed: false) } ?? []
    }

    private func readCredentials(_ node: YAMLNode?, path: String, at place: ExpressionPlace) -> [WorkflowVariable] {
        guard let node else { return [] }
        if context.isExpression(node) {
            _ = context.text(node, at: place)
            return []
        }
        let keys = ["username", "password"]
        guard let reader = context.mapping(node, path: "\(path).credentials", context: "\"credentials\"", keys: keys)
        else { return [] }
        return keys.compactMap { key in
            guard let node = reader.value(key), let keyNode = reader.key(key) else { return nil }
            return context.text(node, at: place, isEmptyAllowed: false)
                .map { WorkflowVariable(name: Located(key, range: keyNode.range), value: $0) }
        }
    }
}
