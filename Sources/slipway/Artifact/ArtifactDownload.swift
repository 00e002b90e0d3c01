internal import ArgumentParser
internal import Plan
internal import Web

/// `slipway artifact download`: puts artifacts of a run into a folder.
struct ArtifactDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Download artifacts of a run.",
        discussion: """
            Each artifact is unpacked into a folder of its name, which must not exist; with --packed its zip is kept as it is. What \
            came is compared with the digest of what was stored. Examples: "slipway artifact download 12", \
            "slipway artifact download 12 model --into .".
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var argument: RunArgument

    @Argument(help: ArgumentHelp("The artifacts, by name or id. [default: all]", valueName: "artifact"))
    var names: [String] = []

    @Option(help: ArgumentHelp("Where to.", valueName: "folder"), completion: .directory)
    var into = "."

    @Flag(help: "Keep zips as they are.")
    var packed = false

    func run() async throws {
        let client = try connection.client()
        for artifact in try await chosen(client) {
            let place = try await ArtifactFile(client: client, artifact: artifact, folder: into).fetch(unpacking: !packed)
            Terminal.write(line: "\(artifact.name.printable): \(ByteCountText.text(artifact.size)) into \(place.printable)")
        }
    }

    private func chosen(_ client: DaemonClient) async throws(CommandFailure) -> [ArtifactRepresentation] {
        let stored = try await client.artifacts(ofRun: argument.id)
        let newest = stored.newest
        guard !names.isEmpty else {
            let there = newest.filter { $0.removedAt == nil }
            guard !there.isEmpty else { throw CommandFailure(.rejected, "run \(argument.id) has no artifacts") }
            return there
        }
        var chosen: [ArtifactRepresentation] = []
        for name in names {
            guard let found = newest.first(where: { $0.name == name }) ?? stored.first(where: { $0.id == name }) else {
                let known = newest.isEmpty ? "it has none" : "it has \(newest.map(\.name).joined(separator: ", "))"
                throw CommandFailure(.rejected, "run \(argument.id) has no artifact \"\(name)\": \(known)")
            }
            if let removed = found.removedAt {
                throw CommandFailure(.rejected, "the artifact \"\(found.name)\" was removed at \(LocalTime.text(removed))")
            }
            chosen.append(found)
        }
        return chosen
    }
}
