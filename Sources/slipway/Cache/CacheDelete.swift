internal import ArgumentParser
internal import Web

/// `slipway cache delete`: the next run that wants them has to do their work anew.
struct CacheDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete caches of a repository.",
        discussion: "By their ids, or all whose key begins with --key and that runs of --ref wrote, or with --all every one.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selection: CacheSelection

    @Argument(help: ArgumentHelp("The caches' ids, as \"slipway cache list\" shows them.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Every cache of the repository.")
    var all = false

    func validate() throws {
        let ways = [!ids.isEmpty, selection.isNarrowed, all].count { $0 }
        guard ways == 1 else { throw ValidationError("give ids, --key or --ref, or --all") }
        for id in ids where !RunArgument.isID(id) { throw ValidationError("a cache's id is a number, not \"\(id)\"") }
    }

    func run() async throws {
        let client = try connection.client()
        let caches = try await selection.caches(client)
        let chosen = ids.isEmpty ? caches : caches.filter { ids.contains($0.id) }
        if let missing = ids.first(where: { id in !chosen.contains { $0.id == id } }) {
            throw CommandFailure(.rejected, "\(selection.repository) has no cache \(missing)")
        }
        guard !chosen.isEmpty else { return Terminal.report("slipway: no cache matches") }
        for cache in chosen {
            _ = try await client.send("DELETE", "/api/v1/caches/\(cache.id)")
            Terminal.write(line: "deleted \(cache.key.printable) of \(cache.ref.withoutRefPrefix.printable)")
        }
    }
}
