internal import Execution
internal import Expressions

/// Which version of Node a step asks for: by `node-version`, or by a file of the repository.
struct NodeRequest: Equatable {
    enum Wish: Equatable {
        /// The newest there is.
        case newest
        /// The newest long-term release, or that many before it.
        case longTerm(before: Int)
        case range(VersionRange)
    }

    /// As it was written.
    let text: String
    let wish: Wish

    /// The names of long-term releases, by which they may be asked for.
    private static let names = [
        "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16, "hydrogen": 18,
        "iron": 20,
        "jod": 22, "krypton": 24,
    ]

    /// - Returns: nil where nothing is asked for.
    init?(_ invocation: ActionInvocation, files: JobFiles) throws(ActionFailure) {
        if let text = invocation.input("node-version") {
            if invocation.input("node-version-file") != nil {
                invocation.log("##[warning]node-version and node-version-file are both given: only node-version counts")
            }
            try self.init(text)
            return
        }
        guard let file = invocation.input("node-version-file") else { return nil }
        guard let text = try files.text(file) else {
            throw ActionFailure("The specified node version file at: \(file) does not exist")
        }
        guard let version = Self.version(inFile: file, text) else {
            throw ActionFailure("the file \(file) names no version of Node")
        }
        invocation.log("Resolved \(file) as \(version)")
        try self.init(version)
    }

    /// - Throws: `ActionFailure` for what is no version.
    init(_ text: String) throws(ActionFailure) {
        self.text = text
        let name = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if ["latest", "current", "node"].contains(name) {
            wish = .newest
        } else if name.hasPrefix("lts/") {
            let rest = String(name.dropFirst(4))
            if rest == "*" {
                wish = .longTerm(before: 0)
            } else if rest.hasPrefix("-"), let count = Int(rest.dropFirst()) {
                wish = .longTerm(before: count)
            } else if let major = Self.names[rest], let range = VersionRange(String(major)) {
                wish = .range(range)
            } else {
                throw ActionFailure("node-version \"\(text)\": there is no long-term release of that name")
            }
        } else if let range = VersionRange(name) {
            wish = .range(range)
        } else {
            throw ActionFailure("node-version \"\(text)\" is no version, such as 20, 20.11.1, lts/* or >=18 <21")
        }
    }

    /// The best of what is there.
    func best(of nodes: [NodeInstallation]) -> NodeInstallation? {
        switch wish {
        case .newest: return nodes.filter { !$0.version.isPrerelease }.max { $0.version < $1.version }
        case .range(let range): return range.best(of: nodes, version: \.version)
        case .longTerm(let before):
            let releases = nodes.filter {
                $0.version.numbers[0] >= 4 && $0.version.numbers[0] % 2 == 0 && !$0.version.isPrerelease
            }
            let majors = Set(releases.map { $0.version.numbers[0] }).sorted(by: >)
            guard before < majors.count else { return nil }
            return releases.filter { $0.version.numbers[0] == majors[before] }.max { $0.version < $1.version }
        }
    }

    // MARK: Files

    /// What `.nvmrc`, `.node-version`, `.tool-versions` or `package.json` says.
    static func version(inFile path: String, _ text: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        if name.hasSuffix(".json"), let package = try? ExpressionValue(json: text) { return version(inPackage: package) }
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
        }.filter { !$0.isEmpty }
        if name == ".tool-versions" {
            let line = lines.first { $0.count > 1 && ["node", "nodejs"].contains($0[0]) }
            return line.map { $0[1].hasPrefix("ref:") ? String($0[1].dropFirst(4)) : $0[1] }
        }
        return lines.first?.joined(separator: " ")
    }

    private static func version(inPackage package: ExpressionValue) -> String? {
        func text(_ value: ExpressionValue?) -> String? {
            guard case .string(let text)? = value, !text.isEmpty else { return nil }
            return text
        }
        if let version = text(package["volta"]?["node"]) { return version }
        let runtime = package["devEngines"]?["runtime"]
        let runtimes: [ExpressionValue] = if case .array(let all)? = runtime { all } else { [runtime].compactMap(\.self) }
        for runtime in runtimes where text(runtime["name"]) == "node" {
            if let version = text(runtime["version"]) { return version }
        }
        return text(package["engines"]?["node"])
    }
}
