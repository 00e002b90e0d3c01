internal import Execution
internal import Expressions

/// What marks a role's session, for its policies and AWS' records: which run it is, and what the input `custom-tags` says.
struct SessionTags {
    private(set) var list: [(name: String, value: String)]

    private static let longestName = 128
    private static let longestValue = 256
    private static let most = 50

    /// - Parameter custom: a JSON object of texts, numbers and truth values.
    init(_ invocation: ActionInvocation, custom: String?) throws(ActionFailure) {
        let github = invocation.assignment.contexts.github
        list = [(name: "GitHub", value: "Actions")]
        let names = [
            ("Repository", "repository"), ("Workflow", "workflow"), ("Action", "action"), ("Actor", "actor"), ("Commit", "sha"),
            ("Branch", "ref"), ("BaseRef", "base_ref"), ("HeadRef", "head_ref"), ("EventName", "event_name"), ("RunId", "run_id"),
            ("Job", "job"), ("RefName", "ref_name"), ("RefType", "ref_type"), ("TriggeringActor", "triggering_actor"),
        ]
        for (tag, key) in names {
            guard let value = github[key]?.displayString, !value.isEmpty else { continue }
            list.append((tag, Self.value(value)))
        }
        if let custom { try add(custom) }
    }

    private static func value(_ text: String) -> String {
        String(text.map { isAllowed($0) ? $0 : "_" }.prefix(longestValue))
    }

    private static func isAllowed(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.:/=+-@ ".contains(character)
    }

    private mutating func add(_ text: String) throws(ActionFailure) {
        guard case .object(let tags)? = try? ExpressionValue(json: text) else {
            throw ActionFailure("the input \"custom-tags\" must be a JSON object, such as {\"Team\": \"payments\"}")
        }
        for (name, value) in tags.pairs {
            let text = try Self.text(value, of: name)
            guard !list.contains(where: { $0.name == name }) else {
                throw ActionFailure("\"custom-tags\": the tag \"\(name)\" is set by the action itself, and can't be another one")
            }
            list.append((name, text))
        }
        guard list.count <= Self.most else {
            throw ActionFailure("\"custom-tags\": a session has at most \(Self.most) tags, these would be \(list.count)")
        }
    }

    private static func text(_ value: ExpressionValue, of name: String) throws(ActionFailure) -> String {
        switch value {
        case .object, .array:
            throw ActionFailure("\"custom-tags\": the value of \"\(name)\" must be a text, a number or true or false")
        default: break
        }
        // As JSON's null is written where it becomes a text.
        let text = value == .null ? "null" : value.displayString
        guard (1...longestName).contains(name.count), name.allSatisfy(isAllowed) else {
            throw ActionFailure(
                "\"custom-tags\": a tag's name has 1 to \(longestName) letters, digits, blanks and _.:/=+-@, found \"\(name)\"")
        }
        guard text.count <= longestValue, text.allSatisfy(isAllowed) else {
            throw ActionFailure(
                "\"custom-tags\": the value of \"\(name)\" may have \(longestValue) letters, digits, blanks and _.:/=+-@")
        }
        return text
    }
}
