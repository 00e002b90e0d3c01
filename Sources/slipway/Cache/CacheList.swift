internal import ArgumentParser
internal import FoundationEssentials
internal import Plan
internal import Web

/// `slipway cache list`: the caches of a repository, those that were used last first.
struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the caches of a repository.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var selection: CacheSelection

    /// As the API answers, for those that match.
    private struct List: Encodable {
        let caches: [CacheRepresentation]
        let size: Int64
    }

    func run() async throws {
        let client = try connection.client()
        let caches = try await selection.caches(client)
        if output.format == .json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let list = List(caches: caches, size: caches.reduce(0) { $0 + $1.size })
            return Terminal.write(bytes: Array(try encoder.encode(list)) + [UInt8(ascii: "\n")])
        }
        guard !caches.isEmpty else { return Terminal.report("slipway: no cache matches") }
        var table = TextTable(["ID", "KEY", "REF", "SIZE", "USED", "STORED"])
        for cache in caches {
            table.add([
                TextTable.Cell(cache.id, .bold), TextTable.Cell(cache.key),
                TextTable.Cell(cache.ref.withoutRefPrefix + (cache.untrusted ? " (untrusted)" : "")),
                TextTable.Cell(ByteCountText.text(cache.size)), TextTable.Cell(LocalTime.text(cache.usedAt)),
                TextTable.Cell(LocalTime.text(cache.createdAt)),
            ])
        }
        Terminal.write(table.text())
    }
}
