public import Expressions

/// A task definition as its file has it, or ECS: every member is kept, known here or not.
public struct TaskDefinitionDocument: Equatable, Sendable {
    public private(set) var members: ExpressionObject

    /// - Parameter name: of the file, for messages.
    public init(json text: String, name: String) throws(DeploymentError) {
        let object: ExpressionObject
        do throws(ExpressionError) { object = try ExpressionObject(json: text) } catch {
            throw DeploymentError(.refused, "\(name) is no task definition: \(error.message)")
        }
        try self.init(object, name: name)
    }

    public init(_ members: ExpressionObject, name: String) throws(DeploymentError) {
        guard case .array? = members["containerDefinitions"] else {
            throw DeploymentError(
                .refused, "\(name) is no task definition: it has no list \"containerDefinitions\"")
        }
        self.members = members
    }

    public var text: String { members.jsonText(pretty: true) }

    public var family: String? {
        if case .string(let family)? = members["family"], !family.isEmpty { return family }
        return nil
    }

    public mutating func set(_ member: String, to text: String) { members[member] = .string(text) }

    // MARK: Containers

    public var containers: [(name: String, image: String)] {
        definitions.map { ($0["name"]?.displayString ?? "", $0["image"]?.displayString ?? "") }
    }

    private var definitions: [ExpressionObject] {
        guard case .array(let values)? = members["containerDefinitions"] else { return [] }
        return values.map { value in
            if case .object(let object) = value { object } else { ExpressionObject() }
        }
    }

    /// Changes one container.
    public mutating func change(
        container name: String, _ body: (inout ExpressionObject) throws(DeploymentError) -> Void
    ) throws(DeploymentError) {
        var all = definitions
        guard let index = all.firstIndex(where: { $0["name"]?.displayString == name }) else {
            let names = containers.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw DeploymentError(
                .refused, "the task definition has no container \"\(name)\"; it has \(names.isEmpty ? "none" : names)")
        }
        try body(&all[index])
        members["containerDefinitions"] = .array(all.map { .object($0) })
    }

    /// Changes the image of each container, in their order.
    mutating func changeImages(
        _ body: (_ container: String, _ image: String) throws(DeploymentError) -> String
    ) throws(DeploymentError) {
        for (name, image) in containers {
            let changed = try body(name, image)
            if changed != image {
                try change(container: name) { (container: inout ExpressionObject) throws(DeploymentError) in
                    container["image"] = .string(changed)
                }
            }
        }
    }
}

// MARK: - What ECS takes

extension TaskDefinitionDocument {
    /// Members that ECS tells of a registered task definition and takes in no new one.
    private static let told = [
        "compatibilities", "taskDefinitionArn", "requiresAttributes", "revision", "status", "registeredAt", "deregisteredAt",
        "registeredBy",
    ]

    /// What is registered: without what ECS would not take, and without empty values, which it refuses in many places.
    ///
    /// - Parameter kept: keys whose empty values stay.
    /// - Returns: and the members that were left out because ECS only tells them.
    public func registration(keepingEmpty kept: Set<String> = []) -> (members: ExpressionObject, leftOut: [String]) {
        var cleaned = ExpressionObject()
        var leftOut: [String] = []
        for (key, value) in members.pairs {
            if Self.told.contains(key) {
                leftOut.append(key)
            } else if let value = Self.cleaned(value, key: key, keeping: kept) {
                cleaned[key] = value
            }
        }
        Self.completeEnvironments(&cleaned)
        Self.completeProxy(&cleaned)
        return (cleaned, leftOut)
    }

    /// Nil for what is empty, or holds nothing but what is.
    private static func cleaned(_ value: ExpressionValue, key: String, keeping kept: Set<String>) -> ExpressionValue? {
        let keeps = kept.contains(key)
        switch value {
        // A bare `nil` beside a value would be JSON's null.
        case .null, .string(""): return keeps ? value : .none
        case .array(let elements):
            let rest = elements.compactMap { cleaned($0, key: "", keeping: kept) }
            return rest.isEmpty && !keeps ? .none : .array(rest)
        case .object(let object):
            let pairs = object.pairs.compactMap { pair in
                cleaned(pair.value, key: pair.key, keeping: kept).map { (pair.key, $0) }
            }
            return pairs.isEmpty && !keeps ? .none : .object(ExpressionObject(pairs, keyMatching: .exact))
        default: return value
        }
    }

    /// A variable may well be empty.
    private static func completeEnvironments(_ members: inout ExpressionObject) {
        guard case .array(let containers)? = members["containerDefinitions"] else { return }
        members["containerDefinitions"] = .array(
            containers.map { container in
                guard case .object(var object) = container, case .array(let variables)? = object["environment"] else {
                    return container
                }
                object["environment"] = .array(variables.map { complete($0, "value") })
                return .object(object)
            })
    }

    /// A proxy of App Mesh has properties whose names or values may be empty.
    private static func completeProxy(_ members: inout ExpressionObject) {
        guard case .object(var proxy)? = members["proxyConfiguration"], proxy["type"] == .string("APPMESH"),
            case .array(let properties)? = proxy["properties"]
        else { return }
        proxy["properties"] = .array(properties.map { complete(complete($0, "value"), "name") })
        members["proxyConfiguration"] = .object(proxy)
    }

    private static func complete(_ value: ExpressionValue, _ key: String) -> ExpressionValue {
        guard case .object(var object) = value, object[key] == nil else { return value }
        object[key] = ""
        return .object(object)
    }
}
