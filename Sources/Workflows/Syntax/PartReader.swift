internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Reads the parts that a workflow and its jobs have in common.
struct PartReader {
    let context: SyntaxContext

    func defaults(_ node: YAMLNode?, path: String, at place: ExpressionPlace) -> WorkflowDefaults {
        var defaults = WorkflowDefaults()
        guard let node else { return defaults }
        let outer = context.mapping(node, path: path, context: "\"defaults\"", keys: ["run"])
        guard let run = outer?.value("run") else { return defaults }
        if place.allowsExpressions, context.isExpression(run) {
            defaults.expression = context.text(run, at: place)
            return defaults
        }
        let keys = ["shell", "working-directory"]
        let reader = context.mapping(run, path: "\(path).run", context: "\"defaults.run\"", keys: keys)
        defaults.shell = context.text(reader?.value("shell"), at: place, isEmptyAllowed: false)
        defaults.workingDirectory = context.text(reader?.value("working-directory"), at: place, isEmptyAllowed: false)
        return defaults
    }

    func concurrency(_ node: YAMLNode?, path: String, at place: ExpressionPlace) -> WorkflowConcurrency? {
        guard let node else { return nil }
        if node.scalar != nil {
            return context.text(node, at: place, isEmptyAllowed: false).map { group in
                WorkflowConcurrency(group: group, range: node.pointer)
            }
        }
        let keys = ["group", "cancel-in-progress", "queue"]
        guard let reader = context.mapping(node, path: path, context: "\"concurrency\"", keys: keys) else { return nil }
        let cancel = context.boolean(reader.value("cancel-in-progress"), at: place)
        let queue = reader.choice("queue", of: WorkflowConcurrency.Queue.self) ?? .single
        if queue == .max, cancel?.template.literalText == "true" {
            reader.report(
                "concurrency-conflict",
                "\"queue: max\" has every run wait, \"cancel-in-progress: true\" stops the one that runs; "
                    + "only one of them is allowed", at: "queue")
        }
        guard let group = context.text(reader.required("group"), at: place, isEmptyAllowed: false) else { return nil }
        return WorkflowConcurrency(group: group, cancelInProgress: cancel, queue: queue, range: node.pointer)
    }

    // MARK: Permissions

    /// The scopes, and the levels that GitHub gives for each.
    private static let scopes: [(name: String, levels: [WorkflowPermissions.Level])] = [
        "actions", "artifact-metadata", "attestations", "checks", "contents", "copilot-requests", "deployments",
        "discussions", "id-token", "issues", "models", "packages", "pages", "pull-requests", "repository-projects",
        "security-events", "statuses", "vulnerability-alerts",
    ].map { name in
        switch name {
        case "id-token", "copilot-requests": (name, [.write, .none])
        case "models", "vulnerability-alerts": (name, [.read, .none])
        default: (name, [.read, .write, .none])
        }
    }

    func permissions(_ node: YAMLNode?) -> WorkflowPermissions? {
        guard let node else { return nil }
        if node.scalar != nil {
            guard let word = context.plain(node, key: "permissions") else { return nil }
            switch word.value {
            case "read-all": return WorkflowPermissions(others: .read, scopes: [], range: node.pointer)
            case "write-all": return WorkflowPermissions(others: .write, scopes: [], range: node.pointer)
            default:
                context.diagnostics.error(
                    "unknown-value", "expected \"read-all\", \"write-all\" or a mapping of scopes, found \"\(word.value)\"",
                    at: node.pointer)
                return nil
            }
        }
        let names = Self.scopes.map(\.name)
        guard let reader = MappingReader(node, context: "\"permissions\"", keys: names, diagnostics: context.diagnostics)
        else { return nil }
        var permissions = WorkflowPermissions(others: .none, scopes: [], range: node.pointer)
        for (name, levels) in Self.scopes {
            guard let word = reader.choice(name, among: levels.map(\.rawValue)), let key = reader.key(name) else { continue }
            let level = WorkflowPermissions.Level(rawValue: word) ?? .none
            permissions.scopes.append((Located(name, range: key.range), level))
        }
        return permissions
    }
}
