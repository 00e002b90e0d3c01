internal import ArgumentParser
internal import Web

/// `slipway cache`: what jobs kept to save later runs some work.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "List and delete what jobs cached.",
        subcommands: [CacheList.self, CacheDelete.self])
}

/// Which caches of a repository are meant.
struct CacheSelection: ParsableArguments {
    @Argument(help: "The repository's name in the settings.")
    var repository: String

    @Option(help: "Only caches whose key begins so.")
    var key: String?

    @Option(help: "Only caches that runs of this branch, tag or full ref wrote.")
    var ref: String?

    var isNarrowed: Bool { key != nil || ref != nil }

    var path: String { "/api/v1/repositories/\(URLText.repository(repository))/caches" }

    func caches(_ client: DaemonClient) async throws(CommandFailure) -> [CacheRepresentation] {
        let list = try DaemonClient.decode(CacheListRepresentation.self, from: try await client.get(path))
        return list.caches.filter { cache in
            key.map(cache.key.hasPrefix) ?? true
                && ref.map { [cache.ref, cache.ref.withoutRefPrefix].contains($0) } ?? true
        }
    }
}

extension String {
    /// `main` of `refs/heads/main`.
    var withoutRefPrefix: String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/"] where hasPrefix(prefix) { return String(dropFirst(prefix.count)) }
        return self
    }
}
