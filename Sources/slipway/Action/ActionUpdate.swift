internal import ArgumentParser
internal import Web

/// `slipway action update`: takes what locked references name now.
struct ActionUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Take the commits that locked references name now.",
        discussion: "Runs that start after it use them. Look at what changed between the two commits before.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Flag(help: "Every locked reference.")
    var all = false

    @Argument(help: ArgumentHelp("One reference, or all of a repository.", valueName: "owner/name[@ref]"))
    var name: String?

    private struct Wish: Encodable {
        let repository: String?
        let reference: String?
    }

    func validate() throws {
        if (name == nil) != all { throw ValidationError("name a reference such as actions/cache@v4, or give --all") }
    }

    func run() async throws {
        let parts = name?.split(separator: "@", maxSplits: 1).map(String.init) ?? []
        let wish = Wish(repository: parts.first, reference: parts.count > 1 ? parts[1] : nil)
        let body = try await connection.client().send("POST", "/api/v1/actions/update", body: wish)
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        for update in try DaemonClient.decode(LockUpdateList.self, from: body).actions {
            let name = "\(update.repository)@\(update.reference)"
            let change =
                update.before == update.commit
                ? "is at \(update.commit.prefix(12)) still" : "\(update.before.prefix(12)) → \(update.commit.prefix(12))"
            Terminal.write(line: "\(name) \(change)")
        }
    }
}
