internal import Execution
internal import Git
internal import Glibc
internal import Plan

/// Finds the repositories that a checkout needs, each as a mirror on this host.
///
/// The run's own is here already, and so are those of the settings that are shared with it. Others are fetched with what the
/// step brings; a server is asked each time, so that nobody reads from a mirror what its server would not show them.
struct CheckoutSource {
    struct Place {
        /// The bare mirror.
        var mirror: String
        /// What a checkout shows as `origin`.
        var address: RemoteAddress
    }

    let invocation: ActionInvocation
    let inputs: CheckoutInputs
    let fetcher: any CheckoutFetcher

    private var access: SourceAccess? { invocation.assignment.sources }

    // MARK: - Repositories by name

    /// Another repository than the run's own.
    func other(_ name: RepositoryName) throws(ActionFailure) -> Place {
        let access = try requireAccess("\(name)")
        if let known = access.repository(named: name) {
            let address = try Self.address(known.url)
            if let mirror = known.mirror { return Place(mirror: mirror, address: address) }
            guard !address.isLocal else {
                throw ActionFailure(
                    "\(name) is not shared with this repository: name this one in its \"shared_with\" of the settings")
            }
            return try fetched(sshForm(of: address), asked: "\(name)")
        }
        var directory = access.directory
        if let server = inputs.serverURL { directory = SourceDirectory(server: server) }
        let address = try Self.address(directory.address(of: name)).existing
        if inputs.serverURL != nil, address.isLocal {
            throw ActionFailure("github-server-url has to be the address of a server, found \"\(inputs.serverURL ?? "")\"")
        }
        return try fetched(sshForm(of: address), asked: "\(name)")
    }

    /// The run's own repository, asked anew: for a commit that was pushed since the daemon looked.
    func refreshed(_ originURL: String) throws(ActionFailure) -> Place {
        _ = try requireAccess("this repository")
        return try fetched(sshForm(of: try Self.address(originURL)), asked: "this repository")
    }

    /// A submodule, at an address that its repository's files give.
    ///
    /// - Parameter base: the address of the repository that it belongs to.
    func submodule(_ declaration: SubmoduleDeclaration, of base: RemoteAddress) throws(ActionFailure) -> Place {
        guard let text = declaration.address(relativeTo: base.text) else {
            throw ActionFailure("the submodule \"\(declaration.name)\" has an address that leads nowhere: \(declaration.url)")
        }
        let address = try Self.address(text)
        let what = "the submodule \"\(declaration.name)\""
        let access = try requireAccess(what)
        if let known = access.repositories.first(where: { (try? RemoteAddress(parsing: $0.url))?.identity == address.identity }),
            let mirror = known.mirror
        {
            return Place(mirror: mirror, address: address)
        }
        guard !address.isLocal || isServed(address) else {
            throw ActionFailure(
                "\(what) is a repository of this machine, \(address), that is not shared with this one: add it to the settings"
                    + " with \"shared_with\"")
        }
        return try fetched(sshForm(of: address), asked: what)
    }

    /// Whether a local address lies below the folder that the settings name as the server.
    private func isServed(_ address: RemoteAddress) -> Bool {
        guard let server = access?.directory.server, let root = try? RemoteAddress(parsing: server), root.isLocal,
            !server.contains("{")
        else { return false }
        return address.identity.hasPrefix(root.identity + "/")
    }

    private func requireAccess(_ what: String) throws(ActionFailure) -> SourceAccess {
        guard let access else { throw ActionFailure("\(what) can't be checked out here: only the run's own repository can") }
        return access
    }

    private static func address(_ text: String) throws(ActionFailure) -> RemoteAddress {
        do { return try RemoteAddress(parsing: text) } catch { throw ActionFailure("\(error)") }
    }

    // MARK: - Fetching

    /// With an ssh key the forge is asked by ssh, as the original does it.
    private func sshForm(of address: RemoteAddress) throws(ActionFailure) -> RemoteAddress {
        guard inputs.sshKey != nil, let host = address.host, address.scheme == .http || address.scheme == .https else {
            return address
        }
        let place = host.contains(":") ? "[\(host)]" : host
        return try Self.address("\(inputs.sshUser)@\(place):\(address.path.drop { $0 == "/" })")
    }

    private func fetched(_ address: RemoteAddress, asked what: String) throws(ActionFailure) -> Place {
        let access = try requireAccess(what)
        guard address.isLocal || invocation.assignment.confinement.sharesNetwork else {
            throw ActionFailure(
                "\(what) can't be fetched: jobs of this repository have no network (sandbox_options.network of the settings)")
        }
        let mirror = "\(access.folder)/\(address.mirrorName)"
        invocation.log("Fetching \(address)")
        do throws(GitError) {
            try fetcher.fetch(
                FetchRequest(
                    mirrorPath: mirror, address: address.text, includesPullRequests: wantsPullRequest,
                    credential: credential(for: address),
                    knownHosts: try knownHosts(access), timeout: access.timeout), cancellation: invocation.cancellation)
        } catch {
            guard error.kind == .authentication else { throw ActionFailure("\(error)") }
            throw ActionFailure(
                "\(what) can't be fetched: \(address) asks for a credential, or refuses the one given. Give the step a token (or an"
                    + " ssh-key) that may read it, or share it with this repository in the settings (shared_with). \(error.reason)"
            )
        }
        // The clean-up goes by the time of the latest use.
        utimes("\(mirror)/slipway.lock", nil)
        return Place(mirror: mirror, address: address)
    }

    private var wantsPullRequest: Bool {
        inputs.ref.map { $0.hasPrefix("refs/pull/") || $0.hasPrefix("refs/merge-requests/") } ?? false
    }

    /// The step's key or token, for the forge that it is meant for: a submodule elsewhere gets none.
    private func credential(for address: RemoteAddress) throws(GitError) -> GitCredential {
        switch address.scheme {
        case .ssh: return inputs.sshKey.map { .sshKeyText($0) } ?? .none
        case .http, .https:
            guard let token = inputs.token, isForge(address) else { return .none }
            return .token(token: token)
        case .file, .path, .git: return .none
        }
    }

    private func isForge(_ address: RemoteAddress) -> Bool {
        let forge = inputs.serverURL ?? access?.directory.server ?? ""
        let own = invocation.assignment.source.originURL
        let named = inputs.repository.flatMap { access?.repository(named: $0)?.url }
        return [forge, own, named ?? ""].contains { text in
            guard let known = try? RemoteAddress(parsing: text.contains("{") || !text.contains("://") ? text : "\(text)/x") else {
                return false
            }
            return known.host == address.host && known.effectivePort == address.effectivePort && known.scheme == address.scheme
        }
    }

    /// The key that GitHub publishes at api.github.com/meta; the original knows it, too.
    private static let gitHubKey = "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

    /// What the settings trust, with what the step names.
    private func knownHosts(_ access: SourceAccess) throws(GitError) -> KnownHosts {
        if inputs.trustsAnyHost { return .any }
        guard inputs.sshKey != nil else { return KnownHosts(access.knownHosts) }
        // Beside the plan, where the job's processes do not come.
        let path = "\(invocation.assignment.folder.path)/known_hosts"
        do {
            let settings = Folder.exists(access.knownHosts) ? try Folder.read(access.knownHosts, limit: 1 << 20) : ""
            let lines = [settings, Self.gitHubKey, inputs.sshKnownHosts ?? ""].joined(separator: "\n")
            try Folder.write("\(lines)\n", to: path, mode: 0o600)
        } catch {
            throw GitError(.io, operation: "writing the known hosts", subject: path, reason: error.message)
        }
        return KnownHosts(path)
    }
}
