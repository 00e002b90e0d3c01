internal import Diagnostics
internal import Plan
internal import YAML

/// Reads what a build leaves: `reports`, `artifacts`, `cache`.
struct OutputReader {
    let context: SpecContext

    // MARK: Reports

    func reports(_ root: MappingReader) -> [BuildspecReport] {
        context.entries(root, "reports", context: "\"reports\"").compactMap { entry in
            let name = "the report group \"\(entry.name)\""
            guard let reader = context.mapping(entry.value, path: "reports.<group>", context: name) else {
                if entry.value.isNull { needsFiles(name, at: entry.key.range) }
                return nil
            }
            var report = BuildspecReport(group: Placed(entry.name, at: entry.key.range))
            report.files = context.list(reader, "files", takesOne: true)
            warnOfNone(reader, "files", of: name, "no report is read")
            if reader.value("files") == nil { needsFiles(name, at: entry.key.range) }
            report.baseDirectory = context.text(reader, "base-directory")
            _ = context.flag(reader, "discard-paths")
            report.format = format(reader) ?? .junit
            return report
        }
    }

    private func format(_ reader: MappingReader) -> ReportPlan.Format? {
        guard let text = context.text(reader, "file-format") else { return nil }
        if let format = ReportPlan.Format(rawValue: text.value.uppercased()) { return format }
        let formats = ReportPlan.Format.allCases.map(\.rawValue)
        context.diagnostics.error(
            "unknown-value", "expected one of: \(formats.joined(separator: ", ")); found \"\(text.value)\"", at: text.range)
        return nil
    }

    private func needsFiles(_ name: String, at range: SourceRange) {
        context.diagnostics.error("missing-key", "\(name) needs the key \"files\"", at: range)
    }

    /// Warns of an empty sequence where something is expected.
    private func warnOfNone(_ reader: MappingReader, _ key: String, of name: String, _ consequence: String) {
        guard let node = reader.value(key), node.elements?.isEmpty == true else { return }
        context.diagnostics.warning("empty-value", "\"\(key)\" of \(name) is empty: \(consequence)", at: node.pointer)
    }

    // MARK: Artifacts

    func artifacts(_ root: MappingReader) -> BuildspecArtifacts? {
        guard let reader = context.mapping(root.value("artifacts"), path: "artifacts", context: "\"artifacts\"") else {
            return nil
        }
        var artifacts = self.artifacts(reader, at: root.key("artifacts")?.range ?? reader.place)
        artifacts.secondary = context.entries(reader, "secondary-artifacts", context: "\"secondary-artifacts\"").compactMap {
            entry in
            let name = "the artifact \"\(entry.name)\""
            guard let reader = context.mapping(entry.value, path: "artifacts", context: name) else { return nil }
            var secondary = self.artifacts(reader, at: entry.key.range)
            secondary.identifier = Placed(entry.name, at: entry.key.range)
            if reader.value("files") == nil { needsFiles(name, at: entry.key.range) }
            warnOfNone(reader, "files", of: name, "nothing is kept")
            if let key = reader.key("secondary-artifacts") {
                context.diagnostics.error(
                    "misplaced-key", "\"secondary-artifacts\" can't stand in \(name); it belongs to \"artifacts\"", at: key.range)
            }
            return secondary
        }
        // Beside secondary artifacts an empty sequence is how a file says that there is no primary one.
        if artifacts.secondary.isEmpty { warnOfNone(reader, "files", of: "\"artifacts\"", "nothing is kept") }
        if reader.value("files") == nil {
            if artifacts.secondary.isEmpty {
                needsFiles("\"artifacts\"", at: artifacts.range)
            } else {
                context.diagnostics.warning(
                    "missing-key",
                    "CodeBuild wants \"files\" in \"artifacts\" beside \"secondary-artifacts\"; here the secondary"
                        + " ones are enough", at: artifacts.range)
            }
        }
        return artifacts
    }

    private func artifacts(_ reader: MappingReader, at range: SourceRange) -> BuildspecArtifacts {
        var artifacts = BuildspecArtifacts(range: range)
        artifacts.files = context.list(reader, "files", takesOne: true)
        artifacts.name = context.text(reader, "name")
        artifacts.baseDirectory = context.text(reader, "base-directory")
        artifacts.excludedPaths = context.list(reader, "exclude-paths", takesOne: true)
        artifacts.discardsPaths = context.flag(reader, "discard-paths")?.value ?? false
        artifacts.keepsLinks = context.flag(reader, "enable-symlinks")?.value ?? false
        for key in ["s3-prefix", "type"] { _ = context.text(reader, key) }
        return artifacts
    }

    // MARK: Cache

    func cache(_ root: MappingReader) -> BuildspecCache? {
        guard let reader = context.mapping(root.value("cache"), path: "cache", context: "\"cache\"") else { return nil }
        var cache = BuildspecCache(range: root.key("cache")?.range ?? reader.place)
        cache.paths = context.list(reader, "paths", takesOne: true)
        if reader.value("paths") == nil {
            context.diagnostics.error("missing-key", "\"cache\" needs the key \"paths\"", at: cache.range)
        }
        warnOfNone(reader, "paths", of: "\"cache\"", "nothing is cached")
        cache.key = context.text(reader, "key")
        cache.fallbackKeys = context.list(reader, "fallback-keys", takesOne: true)
        cache.action = reader.choice("action", of: BuildspecCache.Action.self)
        return cache
    }
}
