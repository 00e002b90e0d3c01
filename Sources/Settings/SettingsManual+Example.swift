extension SettingsManual {
    /// The text of `runner.conf.example`: every key with its meaning and default.
    ///
    /// As it stands, the text gives the defaults. Explanations start with `# `. A key after a `#` without a space becomes a
    /// setting when the `#` is taken away; so does the block of `repositories`, whose lines all start with `#`.
    public static var example: String {
        (introduction + generalLines + [""] + repositoryLines.map(\.disabled)).joined(separator: "\n") + "\n"
    }

    private static let introduction = [
        "# The settings of Slipway, with every key there is, its meaning and its default.",
        "#",
        "# The daemon reads /etc/slipway/runner.conf, or the file that SLIPWAY_CONFIG or --config names. This is YAML: two spaces",
        "# indent, and texts with special characters are quoted. \"slipway serve --check\" tells what is wrong in a file, and where.",
        "#",
        "# Keys marked (restart) take effect when the daemon starts again, all others also at \"systemctl reload slipway\" (SIGHUP),",
        "# for the jobs that start after it. Jobs that run are touched by neither.",
        "#",
        "# A key after a \"#\" without a space is an example: without it, the default holds that is told above it.",
        "#",
        "# Times are written as 30s, 5m, 1h30m or 7d, sizes as 512KiB, 10MiB or 1GiB. Paths may be relative to this file's folder",
        "# unless an absolute one is asked for. Of the environment, SLIPWAY_STATE replaces the key state; no other variable changes",
        "# a setting.",
    ]

    private static var generalLines: [String] {
        var lines: [String] = []
        var section: [String] = []
        for key in keys where key.sections.first != "repositories" {
            lines.append("")
            let common = zip(section, key.sections).prefix { $0 == $1 }.count
            for (depth, name) in key.sections.enumerated().dropFirst(common) {
                lines.append(String(repeating: "  ", count: depth) + "\(name):")
            }
            section = key.sections
            lines += entry(key, indent: String(repeating: "  ", count: section.count))
        }
        return lines
    }

    private static func entry(_ key: SettingKey, indent: String) -> [String] {
        var words = key.meaning
        if case .words(let fallback) = key.fallback { words += " Default: \(fallback)." }
        if key.effect == .restart { words += " (restart)" }
        return explanation(words, indent: indent) + [indent + setting(key)]
    }

    /// The block of `repositories` with one repository that has every key, as a file would have it.
    private static var repositoryLines: [String] {
        var lines = ["# The repositories, each with a name and a url at least.", "repositories:"]
        var section: [String] = []
        for key in keys where key.sections.first == "repositories" {
            let inner = Array(key.sections.dropFirst())
            if inner != section { lines += inner.map { "    \($0):" } }
            section = inner
            let indent = String(repeating: "  ", count: section.count + 2)
            let isFirst = lines.count == 2
            lines += explanation(key.meaning + " " + remark(of: key), indent: isFirst ? "  " : indent)
            lines.append((isFirst ? "  - " : indent) + setting(key))
        }
        return lines
    }

    /// A key with its default; as an example only, after a `#`, where the default is no value to write down.
    private static func setting(_ key: SettingKey) -> String {
        switch key.fallback {
        case .value(let text): "\(key.name): \(text)"
        case .words: "#\(key.name): \(key.sample)"
        case .required: "\(key.name): \(key.sample)"
        }
    }

    private static func remark(of key: SettingKey) -> String {
        switch key.fallback {
        case .value: "This is the default."
        case .words(let words): "Default: \(words)."
        case .required: "Required."
        }
    }

    /// Comment lines of at most 120 columns.
    private static func explanation(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent + "#"
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > 120 {
                lines.append(line)
                line = indent + "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}

extension String {
    /// A line of the example that is a setting only when the `#` is taken away.
    fileprivate var disabled: String { hasPrefix("# ") ? self : "#" + self }
}
