internal import Execution

/// One line of the input `tags`: how a tag is made.
struct MetadataTag {
    enum Kind: String {
        case schedule
        case semver
        case pep440
        case match
        case edge
        case ref
        case raw
        case sha

        var priority: Double {
            switch self {
            case .schedule: 1000
            case .semver, .pep440: 900
            case .match: 800
            case .edge: 700
            case .ref: 600
            case .raw: 200
            case .sha: 100
            }
        }
    }

    let kind: Kind
    let attributes: [String: String]
    let line: String

    var priority: Double { attributes["priority"].flatMap(Double.init) ?? kind.priority }

    init(_ line: String) throws(ActionFailure) {
        self.line = line
        var attributes: [String: String] = [:]
        var type = "raw"
        for field in InputList.fields(line) {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                InputList.trimmed(String($0))
            }
            if parts.count == 1 {
                attributes["value"] = parts[0]
            } else if parts[0].lowercased() == "type" {
                type = parts[1]
            } else {
                attributes[parts[0].lowercased()] = parts[1]
            }
        }
        guard let kind = Kind(rawValue: type) else {
            throw ActionFailure("Unknown tag type attribute: \(type)")
        }
        self.kind = kind
        self.attributes = try Self.completed(attributes, kind, line)
    }

    private static func completed(
        _ given: [String: String], _ kind: Kind, _ line: String
    ) throws(ActionFailure) -> [String: String] {
        var attributes = given
        func demand(_ name: String) throws(ActionFailure) {
            if given[name] == nil { throw ActionFailure("Missing \(name) attribute for \(line)") }
        }
        switch kind {
        case .schedule: attributes["pattern"] = given["pattern"] ?? "nightly"
        case .semver, .pep440: try demand("pattern")
        case .match:
            try demand("pattern")
            guard Int(given["group"] ?? "0") != nil else { throw ActionFailure("Invalid match group for \(line)") }
        case .edge: break
        case .ref:
            try demand("event")
            guard ["branch", "tag", "pr"].contains(given["event"]) else { throw ActionFailure("Invalid event for \(line)") }
            if given["event"] == "pr" { attributes["prefix"] = given["prefix"] ?? "pr-" }
        case .raw: try demand("value")
        case .sha:
            attributes["prefix"] = given["prefix"] ?? "sha-"
            guard ["short", "long"].contains(given["format"] ?? "short") else {
                throw ActionFailure("Invalid format for \(line)")
            }
        }
        return attributes
    }

    /// Those of the input, or the usual ones, the most important first.
    static func all(_ lines: [String]) throws(ActionFailure) -> [MetadataTag] {
        let standard = ["type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr"]
        var tags: [MetadataTag] = []
        for line in lines.isEmpty ? standard : lines { tags.append(try MetadataTag(line)) }
        return tags.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }.map(\.element)
    }
}

/// The input `flavor`: what all tags have in common.
struct MetadataFlavor {
    var latest = "auto"
    var prefix = ""
    var prefixesLatest = false
    var suffix = ""
    var suffixesLatest = false

    init(_ lines: [String]) throws(ActionFailure) {
        for line in lines {
            var affix = ""
            for field in InputList.fields(line) {
                let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                    InputList.trimmed(String($0))
                }
                guard parts.count > 1 else { throw ActionFailure("Invalid flavor entry: \(line)") }
                try set(parts[0].lowercased(), to: parts[1], affix: &affix, line)
            }
        }
    }

    private mutating func set(_ name: String, to value: String, affix: inout String, _ line: String) throws(ActionFailure) {
        switch name {
        case "latest":
            guard ["auto", "true", "false"].contains(value) else { throw ActionFailure("Invalid latest flavor entry: \(line)") }
            latest = value
        case "prefix": (prefix, affix) = (value, name)
        case "suffix": (suffix, affix) = (value, name)
        case "onlatest":
            guard ["true", "false"].contains(value) else {
                throw ActionFailure("Invalid value for onlatest attribute: \(value)")
            }
            if affix == "prefix" { prefixesLatest = value == "true" }
            if affix == "suffix" { suffixesLatest = value == "true" }
        default: throw ActionFailure("Unknown flavor entry: \(line)")
        }
    }
}
