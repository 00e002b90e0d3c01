internal import Execution
internal import Expressions
internal import Git
internal import Plan

/// The inputs of `actions/checkout`, read as the original reads them.
struct CheckoutInputs {
    static let names = [
        "repository", "ref", "token", "ssh-key", "ssh-known-hosts", "ssh-strict", "ssh-user", "persist-credentials", "path",
        "clean",
        "filter", "sparse-checkout", "sparse-checkout-cone-mode", "fetch-depth", "fetch-tags", "show-progress", "lfs",
        "submodules",
        "set-safe-directory", "github-server-url",
    ]

    enum Submodules {
        case none
        case direct
        case recursive
    }

    /// Nil: the run's own.
    var repository: RepositoryName?
    var ref: String?
    /// Below the workspace; empty for the workspace itself.
    var path: String
    var token: String?
    var sshKey: String?
    var sshUser: String
    var sshKnownHosts: String?
    var trustsAnyHost: Bool
    var serverURL: String?
    var cleans: Bool
    var depth: Int
    var fetchesTags: Bool
    var fetchesLFS: Bool
    var submodules: Submodules
    var sparse: SparseCheckout?
    /// Whether the step says that the token is to be used by the steps after it, or says nothing.
    var persistsCredentials: Bool
    /// What is to be said about the inputs themselves.
    var remarks: [String] = []

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        func flag(_ name: String, default fallback: Bool) -> Bool {
            invocation.input(name).map { $0.lowercased() == "true" } ?? fallback
        }
        repository = try Self.repository(invocation)
        ref = invocation.input("ref")
        path = try Self.path(invocation)
        token = invocation.input("token")
        sshKey = invocation.input("ssh-key")
        sshUser = invocation.input("ssh-user") ?? "git"
        sshKnownHosts = invocation.input("ssh-known-hosts")
        trustsAnyHost = !flag("ssh-strict", default: true)
        serverURL = invocation.input("github-server-url")
        cleans = flag("clean", default: true)
        fetchesTags = flag("fetch-tags", default: false)
        fetchesLFS = flag("lfs", default: false)
        persistsCredentials = flag("persist-credentials", default: true)
        switch invocation.input("submodules")?.lowercased() {
        case "true": submodules = .direct
        case "recursive": submodules = .recursive
        default: submodules = .none
        }
        let lines = (invocation.input("sparse-checkout") ?? "").split(whereSeparator: \.isNewline).map(String.init)
        if !lines.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
            sparse = SparseCheckout(
                lines: lines.map(Self.trimmed), isCone: flag("sparse-checkout-cone-mode", default: true))
        }
        depth = 1
        if let text = invocation.input("fetch-depth") {
            // The original takes what is no number for the whole history.
            depth = Double(text).map { $0 >= 0 ? Int($0.rounded(.down)) : 0 } ?? 0
            if Double(text) == nil { remarks.append("fetch-depth is no number (\"\(text)\"): the whole history is checked out") }
        }
    }

    private static func repository(_ invocation: ActionInvocation) throws(ActionFailure) -> RepositoryName? {
        guard let text = invocation.input("repository") else { return nil }
        if text.lowercased() == invocation.assignment.contexts.github["repository"]?.displayString.lowercased() { return nil }
        guard let name = RepositoryName(text) else {
            throw ActionFailure("the repository \"\(text)\" is no owner/repository")
        }
        return name
    }

    /// A full path must lie in the workspace, as `github.workspace` followed by a folder does.
    private static func path(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        guard let path = invocation.input("path") else { return "" }
        let workspace = invocation.folders.workspace.inside
        var relative = path[...]
        if path.hasPrefix("/") {
            guard path == workspace || path.hasPrefix(workspace + "/") else {
                throw ActionFailure("the path \"\(path)\" is not in the workspace \(workspace): give one that is relative to it")
            }
            relative = path.dropFirst(workspace.count)
        }
        let parts = relative.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw ActionFailure("the path \"\(path)\" leads out of the workspace") }
        return parts.joined(separator: "/")
    }

    private static func trimmed(_ line: String) -> String {
        var line = line.drop(while: \.isWhitespace)
        while line.last?.isWhitespace == true { line = line.dropLast() }
        return String(line)
    }
}
