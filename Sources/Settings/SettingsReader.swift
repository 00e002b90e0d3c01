internal import Diagnostics
internal import YAML

/// Reads one section of the settings. What is not there, or reported as wrong, has its default.
///
/// The keys that a section may have are those of the manual: a key without documentation cannot be read.
struct SettingsReader {
    /// Nil where the file does not have the section.
    let mapping: MappingReader?
    let path: String
    let host: SettingsHost
    let diagnostics: DiagnosticCollector

    init(_ node: YAMLNode?, path: String, keysOf manual: String? = nil, host: SettingsHost, diagnostics: DiagnosticCollector) {
        mapping = MappingReader(node, context: Self.context(of: path), nullIsAbsent: true, diagnostics: diagnostics)
        self.path = path
        self.host = host
        self.diagnostics = diagnostics
        rejectUnknownKeys(of: manual ?? path)
    }

    /// Reports each key that the manual does not have, with the one that was likely meant, in this section or in another, and where
    /// it is explained. Rule `unknown-key`.
    private func rejectUnknownKeys(of section: String) {
        guard let mapping else { return }
        let keys = SettingsManual.keys(of: section)
        let known = Set(keys + SettingsManual.replacedKeys(of: section))
        let present = Set(mapping.entries.map(\.name))
        let absent = keys.filter { !present.contains($0) }
        for entry in mapping.entries where !known.contains(entry.name) && !diagnostics.isFull {
            let advice: String
            if let meant = absent.closestMatch(to: entry.name) {
                let place = section.isEmpty ? meant : "\(section).\(meant)"
                advice = "did you mean \"\(meant)\"? See \"\(place)\" in runner.conf.example"
            } else if let path = SettingsManual.path(named: entry.name) {
                advice = "did you mean \"\(path)\"? See it in runner.conf.example"
            } else {
                advice = "expected one of: \(keys.joined(separator: ", ")). See runner.conf.example"
            }
            diagnostics.error(
                "unknown-key", "unknown key \"\(entry.name)\" in \(mapping.context); \(advice)", at: entry.key.range)
        }
    }

    private static func context(of path: String) -> String {
        switch path {
        case "": "the settings"
        case "repositories": "the repository"
        default: path
        }
    }

    /// - Parameter manual: the path whose keys the manual documents, where it is not the section's own.
    func section(_ key: String, keysOf manual: String? = nil) -> SettingsReader {
        SettingsReader(
            mapping?.value(key), path: path.isEmpty ? key : "\(path).\(key)", keysOf: manual, host: host,
            diagnostics: diagnostics)
    }

    func error(_ rule: String, _ message: String, at node: YAMLNode) { diagnostics.error(rule, message, at: node.pointer) }

    func warning(_ rule: String, _ message: String, at node: YAMLNode) { diagnostics.warning(rule, message, at: node.pointer) }
}

// MARK: Plain values

extension SettingsReader {
    func text(_ key: String) -> (text: String, node: YAMLNode)? {
        guard let text = mapping?.text(key), let node = mapping?.value(key) else { return nil }
        return (text, node)
    }

    func required(_ key: String) -> (text: String, node: YAMLNode)? {
        guard mapping?.required(key) != nil else { return nil }
        return text(key)
    }

    /// The texts of a list, or none.
    func texts(_ key: String) -> [(text: String, node: YAMLNode)] { mapping?.texts(key) ?? [] }

    func boolean(_ key: String, default fallback: Bool) -> Bool { mapping?.boolean(key) ?? fallback }

    func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        mapping?.integer(key, in: range) ?? fallback
    }

    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ key: String, default fallback: Choice) -> Choice {
        mapping?.choice(key, of: Choice.self) ?? fallback
    }

    /// Nil where the key is `off`.
    func unlessOff<Value>(_ key: String, default fallback: Value?, read: (SettingsReader) -> Value) -> Value? {
        guard let node = mapping?.value(key) else { return fallback }
        return node.string == "off" ? nil : read(self)
    }

    /// Patterns of names; all names where the key is not there.
    func patterns(_ key: String) -> [String] {
        guard mapping?.value(key) != nil else { return ["**"] }
        return texts(key).compactMap { text, node in
            if !text.isEmpty, text != "!" { return text }
            error("invalid-pattern", "expected a pattern such as main or release/**, found \"\(text)\"", at: node)
            return nil
        }
    }

    func duration(_ key: String, default fallback: Duration, atLeast least: Duration = .zero) -> Duration {
        guard let (text, node) = text(key) else { return fallback }
        guard let duration = Duration(settingText: text) else {
            let advice = text.allSatisfy(\.isASCIIDigit) ? "; add a unit: \(text)s" : ""
            error("invalid-duration", "expected a duration such as 30s, 5m or 1h30m, found \"\(text)\"\(advice)", at: node)
            return fallback
        }
        guard duration >= least else {
            error("out-of-range", "expected a duration of at least \(least.settingText), found \(text)", at: node)
            return fallback
        }
        return duration
    }

    func byteSize(_ key: String, default fallback: Int, atLeast least: Int = 0) -> Int {
        guard let (text, node) = text(key) else { return fallback }
        guard let bytes = ByteSize.bytes(text) else {
            error("invalid-size", "expected a size such as 10MiB, 512KiB or 1GB, found \"\(text)\"", at: node)
            return fallback
        }
        guard bytes >= least else {
            error("out-of-range", "expected a size of at least \(ByteSize.text(least)), found \(text)", at: node)
            return fallback
        }
        return bytes
    }

    func webURL(_ key: String) -> String? {
        guard let (text, node) = text(key) else { return nil }
        if let parts = URLParts(text), ["http", "https"].contains(parts.scheme), !parts.host.isEmpty, parts.user == nil {
            return text.trimmingSlashes
        }
        error("invalid-url", "expected a URL such as https://git.example.org, found \"\(text)\"", at: node)
        return nil
    }
}

// MARK: Files, variables and secrets

extension SettingsReader {
    /// A path, made absolute from the file's folder.
    func path(_ key: String, default fallback: String) -> String {
        guard let (text, node) = text(key) else { return fallback }
        return path(text, node) ?? fallback
    }

    private func path(_ text: String, _ node: YAMLNode) -> String? {
        guard !text.isEmpty, !text.hasPrefix("~") else {
            error("invalid-path", text.isEmpty ? "expected a path" : "\"~\" is not expanded; write the whole path", at: node)
            return nil
        }
        return SettingsHost.join(host.folder, text)
    }

    /// A list of paths that mean the same on the host and in a sandbox, hence absolute.
    func absolutePaths(_ key: String) -> [String] {
        texts(key).compactMap { text, node in
            if text.hasPrefix("/") { return SettingsHost.join("/", text) }
            error("invalid-path", "expected an absolute path, found \"\(text)\"", at: node)
            return nil
        }
    }

    /// A path at which a file has to be; one that is secret should not be readable by everybody.
    func existingFile(_ key: String, isSecret: Bool = false) -> String? {
        guard let (text, node) = text(key), let path = path(text, node) else { return nil }
        if host.checks { check(path, isSecret: isSecret, at: node) }
        return path
    }

    private func check(_ path: String, isSecret: Bool, at node: YAMLNode) {
        guard let permissions = SettingsHost.permissions(path) else {
            error("missing-file", "there is no file \(path), or it cannot be reached", at: node)
            return
        }
        if isSecret, permissions & 0o004 != 0 {
            warning("open-secret", "everybody on this host can read \(path); run: chmod o-r \(path)", at: node)
        }
    }

    func secret(_ key: String, allowsLiteral: Bool) -> SecretReference? {
        guard let (text, node) = text(key) else { return nil }
        return secret(text, node, allowsLiteral: allowsLiteral)
    }

    func secret(_ text: String, _ node: YAMLNode, allowsLiteral: Bool) -> SecretReference? {
        do {
            let reference = try SecretReference(text, folder: host.folder)
            if case .literal = reference, !allowsLiteral {
                error("literal-secret", "expected env:NAME or file:PATH; a secret does not belong into the file", at: node)
                return nil
            }
            if host.checks { try check(reference, at: node) }
            return reference
        } catch {
            self.error("unusable-secret", error.message, at: node)
            return nil
        }
    }

    private func check(_ reference: SecretReference, at node: YAMLNode) throws(SettingsError) {
        _ = try reference.resolve(environment: host.environment)
        switch reference {
        case .file(let path): check(path, isSecret: true, at: node)
        case .literal where host.isFileOpen:
            warning(
                "open-secret",
                "everybody on this host can read this file and the secret in it; use env:NAME or file:PATH, or"
                    + " take the permission to read from others", at: node)
        case .literal, .environment: break
        }
    }

    /// A mapping of names to texts. Numbers and booleans are taken as they are written.
    func variables(_ key: String, reservedPrefixes: [String] = []) -> [String: String] {
        guard let entries = mapping?.mapping(key)?.entries else { return [:] }
        var variables: [String: String] = [:]
        for entry in entries {
            if !Self.isVariableName(entry.name) {
                error(
                    "invalid-name",
                    "expected a name of letters, digits and \"_\" that starts with no digit, found \"\(entry.name)\"",
                    at: entry.key)
            } else if let prefix = reservedPrefixes.first(where: { entry.name.uppercased().hasPrefix($0) }) {
                error("reserved-name", "names that start with \(prefix) are set by Slipway", at: entry.key)
            } else if case .scalar(let scalar) = entry.value.content {
                variables[entry.name] = scalar.value == .null ? "" : scalar.text
            } else {
                diagnostics.reportKind(of: entry.value, expected: "a string", context: "\"\(entry.name)\" of \(key)")
            }
        }
        return variables
    }

    static func isVariableName(_ name: String) -> Bool {
        guard let first = name.first, !first.isASCIIDigit else { return false }
        return name.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }
}
