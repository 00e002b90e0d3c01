internal import Expressions

/// What is to be changed of one container of a task definition.
public struct TaskDefinitionChanges: Sendable {
    public var image: String?
    /// Added, or in place of those of the same names.
    public var environment: [(name: String, value: String)] = []
    public var environmentFiles: [String] = []
    /// Name and ARN of a secret or parameter.
    public var secrets: [(name: String, value: String)] = []
    public var logDriver: String?
    public var logOptions: [(name: String, value: String)] = []
    public var labels: [(name: String, value: String)] = []
    public var command: [String] = []

    public init(image: String? = nil) { self.image = image }

    /// `NAME=value` on each line; lines without text don't count.
    ///
    /// - Parameter what: what a line is, for messages: `environment variable`.
    public static func pairs(_ text: String, of what: String) throws(DeploymentError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            if line.isEmpty { continue }
            guard let sign = line.firstIndex(of: "="), sign != line.startIndex else {
                // It may hold a secret: only what is before it is known to be a name.
                throw DeploymentError(.refused, "line \(pairs.count + 1) of the \(what)s is not NAME=value")
            }
            pairs.append((String(line[..<sign]), String(line[line.index(after: sign)...])))
        }
        return pairs
    }

    static func trimmed(_ line: Substring) -> Substring {
        var line = line.drop { $0.isWhitespace }
        while line.last?.isWhitespace == true { line.removeLast() }
        return line
    }
}

extension TaskDefinitionDocument {
    private static let logDrivers = [
        "json-file", "syslog", "journald", "logentries", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens",
    ]

    public mutating func apply(_ changes: TaskDefinitionChanges, to container: String) throws(DeploymentError) {
        try change(container: container) { (object: inout ExpressionObject) throws(DeploymentError) in
            if let image = changes.image { object["image"] = .string(image) }
            Self.merge(changes.environment, into: &object, "environment", valueKey: "value")
            Self.merge(changes.secrets, into: &object, "secrets", valueKey: "valueFrom")
            if !changes.environmentFiles.isEmpty {
                object["environmentFiles"] = .array(changes.environmentFiles.map { ["value": .string($0), "type": "s3"] })
            }
            try Self.setLog(changes, of: &object)
            if !changes.labels.isEmpty {
                object["dockerLabels"] = .object(Self.merged(changes.labels, into: object["dockerLabels"]))
            }
            if !changes.command.isEmpty { object["command"] = .array(changes.command.map { .string($0) }) }
        }
    }

    private static func merge(
        _ pairs: [(name: String, value: String)], into container: inout ExpressionObject, _ key: String, valueKey: String
    ) {
        guard !pairs.isEmpty else { return }
        var list: [ExpressionValue] = []
        if case .array(let known)? = container[key] { list = known }
        for (name, value) in pairs {
            let entry: ExpressionValue = .object(ExpressionObject([("name", .string(name)), (valueKey, .string(value))]))
            if let index = list.firstIndex(where: { $0["name"] == .string(name) }) {
                list[index] = entry
            } else {
                list.append(entry)
            }
        }
        container[key] = .array(list)
    }

    private static func setLog(
        _ changes: TaskDefinitionChanges, of container: inout ExpressionObject
    ) throws(DeploymentError) {
        guard changes.logDriver != nil || !changes.logOptions.isEmpty else { return }
        var configuration = ExpressionObject()
        if case .object(let known)? = container["logConfiguration"] { configuration = known }
        if let driver = changes.logDriver {
            guard logDrivers.contains(driver) else {
                throw DeploymentError(
                    .refused, "\"\(driver)\" is no log driver of ECS; there are \(logDrivers.joined(separator: ", "))")
            }
            configuration["logDriver"] = .string(driver)
        }
        if !changes.logOptions.isEmpty {
            configuration["options"] = .object(merged(changes.logOptions, into: configuration["options"]))
        }
        container["logConfiguration"] = .object(configuration)
    }

    private static func merged(_ pairs: [(name: String, value: String)], into value: ExpressionValue?) -> ExpressionObject {
        var object = ExpressionObject([], keyMatching: .exact)
        if case .object(let known)? = value {
            object = ExpressionObject(known.pairs.map { ($0.key, $0.value) }, keyMatching: .exact)
        }
        for (name, value) in pairs { object[name] = .string(value) }
        return object
    }
}
