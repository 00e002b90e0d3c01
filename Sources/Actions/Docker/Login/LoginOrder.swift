internal import Diagnostics
internal import Docker
internal import Execution
internal import YAML

/// One login that the inputs of `docker/login-action` ask for.
struct LoginOrder: Equatable {
    /// A host, without a scheme.
    var registry: String
    var username: String?
    var password: String?
    /// `auto`, `true` or `false`.
    var ecr = "auto"
    var scope: String?

    private static let hub = "docker.io"
    private static let members: Set<String> = ["registry", "username", "password", "scope", "ecr"]

    /// Those of the inputs: of `registry-auth`, or of all the others together.
    static func all(_ invocation: ActionInvocation) throws(ActionFailure) -> [LoginOrder] {
        let orders: [LoginOrder]
        if let text = invocation.input("registry-auth") {
            guard !members.contains(where: { invocation.input($0) != nil }) else {
                throw ActionFailure("Cannot use registry-auth with other inputs")
            }
            orders = try list(text)
        } else {
            orders = [LoginOrder { invocation.input($0) }]
        }
        for order in orders {
            guard ["auto", "true", "false"].contains(order.ecr) else {
                throw ActionFailure("\"ecr\" must be auto, true or false, found \"\(order.ecr)\"")
            }
            // The docker command has one login for a registry; Buildx alone tells them apart by what they are for.
            guard orders.allSatisfy({ $0.registry != order.registry || $0 == order }) else {
                throw ActionFailure(
                    "the input \"registry-auth\" has several logins to \(order.registry): one for each registry is supported here"
                )
            }
        }
        return orders
    }

    private init(_ value: (String) -> String?) {
        registry = Self.host(of: value("registry") ?? Self.hub)
        username = value("username")
        password = value("password")
        ecr = value("ecr")?.lowercased() ?? "auto"
        scope = value("scope")
    }

    /// Of a YAML list of mappings. What is wrong is told by its line, never by what stands there.
    private static func list(_ text: String) throws(ActionFailure) -> [LoginOrder] {
        let document = YAMLDocument.parse(text, file: "registry-auth")
        if let problem = document.diagnostics.first {
            throw ActionFailure("the input \"registry-auth\" is no YAML: line \(problem.range.start.line), \(problem.rule)")
        }
        guard let elements = document.root?.elements, !elements.isEmpty else {
            throw ActionFailure("No registry to login: the input \"registry-auth\" is to be a YAML list of mappings")
        }
        var orders: [LoginOrder] = []
        for element in elements {
            let line = element.range.start.line
            guard let entries = element.entries else {
                throw ActionFailure("the input \"registry-auth\" has \(element.kindName) in line \(line), expected a mapping")
            }
            for entry in entries {
                guard members.contains(entry.name), entry.value.isNull || entry.value.scalar != nil else {
                    throw ActionFailure(
                        "the input \"registry-auth\" has \"\(entry.name)\" in line \(entry.key.range.start.line), expected texts for"
                            + " \(members.sorted().joined(separator: ", "))")
                }
            }
            orders.append(
                LoginOrder { name in
                    guard let value = element[name], !value.isNull, let text = value.scalar?.text, !text.isEmpty else {
                        return nil
                    }
                    return text
                })
        }
        return orders
    }

    private static func host(of registry: String) -> String {
        var text = registry[...]
        if let scheme = text.firstRange(of: "://") { text = text[scheme.upperBound...] }
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
