internal import Execution
internal import Expressions

/// The names that an image gets: a first one, which is its version, others beside it, and whether it is the latest.
struct MetadataVersion {
    private(set) var main: String?
    private(set) var partial: [String] = []
    private var isLatest: Bool?
    private let context: MetadataContext
    private let flavor: MetadataFlavor
    private let warn: (String) -> Void

    var latest: Bool { isLatest ?? false }

    init(
        _ tags: [MetadataTag], flavor: MetadataFlavor, context: MetadataContext, warn: @escaping (String) -> Void
    ) throws(ActionFailure) {
        self.context = context
        self.flavor = flavor
        self.warn = warn
        for tag in tags {
            let enabled = try context.filled(tag.attributes["enable"] ?? "true")
            guard ["true", "false"].contains(enabled) else {
                throw ActionFailure("Invalid value for enable attribute: \(enabled)")
            }
            if enabled == "true" { try apply(tag) }
        }
    }

    private mutating func apply(_ tag: MetadataTag) throws(ActionFailure) {
        switch tag.kind {
        case .schedule:
            guard context.eventName.contains("schedule") else { return }
            add(try decorated(try context.filled(tag.attributes["pattern"] ?? ""), tag), isLatest: false)
        case .semver: try applySemver(tag)
        case .pep440: try applyPython(tag)
        case .match: try applyMatch(tag)
        case .ref: try applyReference(tag)
        case .edge:
            let wanted = tag.attributes["branch"].flatMap { $0.isEmpty ? nil : $0 } ?? context.defaultBranch
            guard let branch = context.branch, branch == wanted else { return }
            add(try decorated("edge", tag), isLatest: false)
        case .raw: add(try decorated(try context.filled(tag.attributes["value"] ?? ""), tag), isLatest: false)
        case .sha:
            guard !context.sha.isEmpty else { return }
            add(try decorated(tag.attributes["format"] == "long" ? context.sha : context.shortSHA, tag), isLatest: false)
        }
    }

    private mutating func applyReference(_ tag: MetadataTag) throws(ActionFailure) {
        switch tag.attributes["event"] {
        case "branch": if let name = context.branch { add(try decorated(name, tag), isLatest: false) }
        case "tag": if let name = context.tag { add(try decorated(name, tag), isLatest: true) }
        default: if let number = context.pullRequest { add(try decorated(number, tag), isLatest: false) }
        }
    }

    /// The version that is written, or the tag of Git; nil where there is none.
    private func source(of tag: MetadataTag) throws(ActionFailure) -> String? {
        if let value = tag.attributes["value"], !value.isEmpty { return try context.filled(value) }
        return context.tag
    }

    /// What `source` has of a version: the first group of the attribute `match`, where there is one.
    private func version(in tag: MetadataTag) throws(ActionFailure) -> String? {
        guard var raw = try source(of: tag) else { return nil }
        if let pattern = tag.attributes["match"], !pattern.isEmpty {
            guard let expression = try? Regex(pattern) else { throw ActionFailure("\"\(pattern)\" is no regular expression") }
            if let match = raw.firstMatch(of: expression) {
                guard match.output.count > 1, let found = match.output[1].substring else {
                    throw ActionFailure("\"\(pattern)\" has no group whose match is the version")
                }
                raw = String(found)
            } else {
                warn("\(pattern) does not match \(raw).")
            }
        }
        return raw.replacing("/", with: "-")
    }

    private mutating func applyPython(_ tag: MetadataTag) throws(ActionFailure) {
        guard let raw = try version(in: tag) else { return }
        guard let version = PythonVersion(raw) else {
            return warn("\(raw) does not conform to PEP 440. More info: https://www.python.org/dev/peps/pep-0440")
        }
        let pattern = MetadataTemplate(text: tag.attributes["pattern"] ?? "")
        guard version.isFinal else {
            return add(try decorated(pattern.onlyName == "raw" ? raw : version.description, tag), isLatest: false)
        }
        let text = try pattern.filled { call throws(ActionFailure) in
            switch call.name {
            case "raw": raw
            case "version": version.description
            case "major": version.release[0]
            case "minor": version.release.count > 1 ? version.release[1] : "0"
            case "patch": version.release.count > 2 ? version.release[2] : "0"
            default: nil
            }
        }
        add(try decorated(text, tag), isLatest: true)
    }

    private mutating func applySemver(_ tag: MetadataTag) throws(ActionFailure) {
        guard let raw = try version(in: tag) else { return }
        guard let version = SemanticVersion(raw) else {
            return warn("\(raw) is not a valid semver. More info: https://semver.org/")
        }
        var pattern = tag.attributes["pattern"] ?? ""
        if version.isPrerelease, MetadataTemplate(text: pattern).onlyName != "raw" { pattern = "{{version}}" }
        let text = try MetadataTemplate(text: pattern).filled { call throws(ActionFailure) in
            switch call.name {
            case "raw": raw
            case "version": version.description
            case "major": "\(version.numbers[0])"
            case "minor": "\(version.numbers[1])"
            case "patch": "\(version.numbers[2])"
            case "prerelease": version.prerelease.joined(separator: ",")
            case "build": raw.split(separator: "+").dropFirst().joined(separator: "+")
            default: nil
            }
        }
        add(try decorated(text, tag), isLatest: !version.isPrerelease)
    }

    private mutating func applyMatch(_ tag: MetadataTag) throws(ActionFailure) {
        guard let raw = try source(of: tag) else { return }
        let written = tag.attributes["pattern"] ?? ""
        var pattern = written
        if pattern.hasPrefix("/"), let end = pattern.lastIndex(of: "/"), end > pattern.startIndex {
            let flags = pattern[pattern.index(after: end)...].filter { "im".contains($0) }
            pattern = (flags.isEmpty ? "" : "(?\(flags))") + pattern[pattern.index(after: pattern.startIndex)..<end]
        }
        guard let expression = try? Regex(pattern) else { throw ActionFailure("\"\(written)\" is no regular expression") }
        guard let match = raw.firstMatch(of: expression) else { return warn("\(written) does not match \(raw).") }
        let group = Int(tag.attributes["group"] ?? "0") ?? 0
        guard match.output.indices.contains(group), let found = match.output[group].substring else {
            return warn("Group \(group) does not exist for \(written) pattern.")
        }
        add(try decorated(String(found), tag), isLatest: true)
    }

    // MARK: - One name

    private func decorated(_ text: String, _ tag: MetadataTag) throws(ActionFailure) -> String {
        try context.filled(tag.attributes["prefix"] ?? flavor.prefix) + text
            + context.filled(tag.attributes["suffix"] ?? flavor.suffix)
    }

    private mutating func add(_ text: String, isLatest latest: Bool) {
        guard !text.isEmpty else { return }
        let name = Self.plain(text)
        if main == nil {
            main = name
        } else if name != main, !partial.contains(name) {
            partial.append(name)
        }
        isLatest = isLatest ?? (flavor.latest == "auto" ? latest : flavor.latest == "true")
    }

    /// What a tag can't hold becomes a dash.
    private static func plain(_ text: String) -> String {
        var result = ""
        var isInGap = false
        for character in text {
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            if isPlain { result.append(character) } else if !isInGap { result.append("-") }
            isInGap = !isPlain
        }
        return result
    }

    /// All of them, the version first.
    var names: [String] {
        guard let main else { return [] }
        let latestName = (flavor.prefixesLatest ? flavor.prefix : "") + "latest" + (flavor.suffixesLatest ? flavor.suffix : "")
        return [main] + partial + (latest ? [Self.plain(latestName)] : [])
    }
}
