internal import ArgumentParser
internal import Web

/// `slipway artifact`: what jobs kept.
struct ArtifactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifact", abstract: "List and download what jobs kept.",
        subcommands: [ArtifactList.self, ArtifactDownload.self])
}

extension DaemonClient {
    /// Every artifact of a run that is known, in the order in which they were stored.
    func artifacts(ofRun id: String) async throws(CommandFailure) -> [ArtifactRepresentation] {
        let body = try await get("/api/v1/runs/\(id)/artifacts")
        return try Self.decode(ArtifactListRepresentation.self, from: body).artifacts
    }
}

extension [ArtifactRepresentation] {
    /// Of each name the newest one, by name.
    var newest: [ArtifactRepresentation] {
        let found = Dictionary(map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        return found.values.sorted { $0.name < $1.name }
    }
}
