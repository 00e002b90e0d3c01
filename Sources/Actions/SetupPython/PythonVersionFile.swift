/// A file that says which Python a repository needs: `.python-version`, `.tool-versions`, `pyproject.toml` or `Pipfile`.
struct PythonVersionFile {
    let versions: [String]

    init(named path: String, text: String) {
        let name = path.split(separator: "/").last ?? ""
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(line.prefix { $0 != "#" }).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }.filter { !$0.isEmpty }
        if name.hasSuffix(".toml") {
            versions = Self.value(of: "requires-python", in: "project", lines)
                .or(Self.value(of: "python", in: "tool.poetry.dependencies", lines))
        } else if name == "Pipfile" {
            versions = Self.value(of: "python_full_version", in: "requires", lines)
                .or(Self.value(of: "python_version", in: "requires", lines))
        } else if name == ".tool-versions" {
            versions = lines.filter { $0.hasPrefix("python ") }.compactMap { line in
                line.split(separator: " ").dropFirst().first.map { String($0.hasPrefix("ref:") ? $0.dropFirst(4) : $0) }
            }
        } else {
            versions = lines.map { $0.hasPrefix("python-") ? String($0.dropFirst(7)) : $0 }
        }
    }

    /// A key's text in a section of a TOML file: enough for what stands on one line.
    private static func value(of key: String, in section: String, _ lines: [String]) -> [String] {
        var isInside = false
        for line in lines {
            if line.hasPrefix("[") {
                isInside = line == "[\(section)]"
            } else if isInside, let equals = line.firstIndex(of: "="), unquoted(line[..<equals]) == key {
                let value = unquoted(line[line.index(after: equals)...])
                return value.isEmpty || value.hasPrefix("{") ? [] : [value]
            }
        }
        return []
    }

    private static func unquoted(_ text: Substring) -> String {
        String(
            text.drop { $0 == " " || $0 == "\"" || $0 == "'" }.reversed().drop { $0 == " " || $0 == "\"" || $0 == "'" }.reversed()
        )
    }
}

extension [String] {
    fileprivate func or(_ other: @autoclosure () -> [String]) -> [String] { isEmpty ? other() : self }
}
