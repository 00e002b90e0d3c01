internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/artifacts/{id}`: what is in an artifact, and the way to have it.
struct ArtifactPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let stored = try await site.artifact(try request.id())
        let run = try await site.run(stored.artifact.runID)
        let job = try await site.store.job(stored.artifact.jobID)
        var contents: ArtifactContents?
        var problem: String?
        do { contents = try await site.contents(of: stored) } catch let error as OperationError { problem = error.message }
        let files = contents?.files ?? []
        var values = ArtifactValues.line(stored, job: job?.name)
        values.merge(
            [
                "runID": run.id, "runTitle": run.title, "repository": run.repository,
                "repositoryPath": RepositoryPath.encoded(run.repository),
                "fullDigest": stored.artifact.digest, "created": HTMLText.time(stored.artifact.createdAt),
                "files": files.map { file -> PageValues in
                    ["name": file.name, "size": file.size.map { ByteCountText.text($0) } ?? ""]
                },
                "hasFiles": !files.isEmpty, "fileCount": files.count == 1 ? "1 file" : "\(files.count) files",
                "isCut": contents?.isCut ?? false, "problem": Filled(problem),
                "formToken": PageRenderer.tokenPlaceholder,
            ]) { _, new in new }
        let body = site.renderer.html("artifact", values)
        let view = site.renderer.view(
            title: "\(stored.artifact.name) · run \(run.id)", mood: "", frame: PageFrame(section: .runs),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }
}

/// An artifact as a line of a page.
enum ArtifactValues {
    static func line(_ stored: StoredArtifact, job: String?) -> PageValues {
        let artifact = stored.artifact
        return [
            "id": artifact.id, "name": artifact.name, "fileName": artifact.fileName, "isArchive": artifact.isArchive,
            "size": ByteCountText.text(artifact.size), "digest": String(artifact.digest.prefix(12)),
            "expires": HTMLText.time(artifact.expiresAt), "isThere": stored.removedAt == nil,
            "removed": HTMLText.time(stored.removedAt), "job": Filled(job), "jobID": artifact.jobID,
            "attempt": artifact.attempt,
        ]
    }

    /// Of each name the newest that an attempt could see, by name.
    static func newest(_ artifacts: [StoredArtifact], upTo attempt: Int) -> [StoredArtifact] {
        var newest: [String: StoredArtifact] = [:]
        for stored in artifacts where stored.artifact.attempt <= attempt { newest[stored.artifact.name] = stored }
        return newest.values.sorted { $0.artifact.name < $1.artifact.name }
    }
}
