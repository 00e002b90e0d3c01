internal import Archives
internal import Execution

/// `registry-url`: the file that tells npm which registry to use, with a place for a token.
struct NodeRegistry {
    let invocation: ActionInvocation
    let files: JobFiles
    let url: String

    /// - Returns: variables for the steps that follow.
    func write() throws(ActionFailure) -> [String: String] {
        guard let colon = url.firstRange(of: "://"), ["http", "https"].contains(url[..<colon.lowerBound].lowercased()) else {
            throw ActionFailure("registry-url must be a URL such as https://registry.npmjs.org, found \"\(url)\"")
        }
        let registry = url.hasSuffix("/") ? url : url + "/"
        let path = "\(invocation.folders.temporary.inside)/.npmrc"
        var lines =
            try files.text(path).map { text in
                text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.lowercased().hasPrefix("registry") }
            } ?? []
        lines.append("//\(registry[colon.upperBound...]):_authToken=${NODE_AUTH_TOKEN}")
        lines.append("\(scope.map { "\($0.lowercased()):" } ?? "")registry=\(registry)")
        if let always = invocation.input("always-auth") { lines.append("always-auth=\(always)") }
        let text = lines.joined(separator: "\n") + "\n"
        try archiving { () throws(ArchiveError) in try files.map.write(text, to: path) }
        // npm fails where the variable is missing.
        let token = invocation.commandEnvironment["NODE_AUTH_TOKEN"] ?? "XXXXX-XXXXX-XXXXX-XXXXX"
        return ["NPM_CONFIG_USERCONFIG": path, "NODE_AUTH_TOKEN": token]
    }

    private var scope: String? {
        var scope = invocation.input("scope")
        if scope == nil, url.contains("npm.pkg.github.com") {
            scope = invocation.commandEnvironment["GITHUB_REPOSITORY_OWNER"]
        }
        guard let scope, !scope.isEmpty else { return nil }
        return scope.hasPrefix("@") ? scope : "@\(scope)"
    }
}
