internal import HTTPTypes
internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/artifacts`: what jobs kept.
struct ArtifactEndpoints: Sendable {
    /// Files of one artifact that are listed.
    static let fileLimit = 1000

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let run = try await site.run(try request.id())
        let found = try await site.store.artifacts(ofRun: run.id)
        return try JSONBody.response(ArtifactListRepresentation(artifacts: found.map(ArtifactRepresentation.init)))
    }

    func get(_ request: WebRequest) async throws -> Response {
        let stored = try await site.artifact(try request.id())
        var representation = ArtifactRepresentation(stored)
        let contents = try await site.contents(of: stored)
        representation.files = contents.files.map { .init(name: $0.name, size: $0.size) }
        representation.truncated = contents.isCut
        return try JSONBody.response(representation)
    }

    /// The stored file: a zip, or where the job wanted it so, the file that it gave. Never shown: what is in it may be a page.
    func download(_ request: WebRequest) async throws -> Response {
        let artifact = try site.readable(try await site.artifact(try request.id()))
        let type = artifact.isArchive ? "application/zip" : "application/octet-stream"
        return try await FileDownload(
            path: site.operations.file(of: artifact), contentType: type, name: artifact.fileName
        ).response(range: request.headers[.range])
    }

    func remove(_ request: WebRequest) async throws -> Response {
        let artifact = try site.readable(try await site.artifact(try request.id()))
        try await site.operations.remove(artifact, actor: request.actor)
        return Response(status: .noContent)
    }
}

/// `/api/v1/caches`: what jobs cached.
struct CacheEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let repository = try await site.repository(request.parameter("name"))
        let found = try await site.store.caches(of: repository.name)
        return try JSONBody.response(
            CacheListRepresentation(
                caches: found.map(CacheRepresentation.init), size: found.reduce(0) { $0 + $1.size }))
    }

    func remove(_ request: WebRequest) async throws -> Response {
        try await site.operations.remove(try await site.cache(try request.id()), actor: request.actor)
        return Response(status: .noContent)
    }
}

extension WebSite {
    func artifact(_ id: Int64) async throws -> StoredArtifact {
        guard let found = try await store.artifact(id) else { throw WebProblem(.notFound, "There is no artifact \(id).") }
        return found
    }

    func cache(_ id: Int64) async throws -> CacheEntry {
        guard let found = try await store.cache(id) else { throw WebProblem(.notFound, "There is no cache \(id).") }
        return found
    }

    /// - Throws: 410 where the artifact's file is gone.
    func readable(_ stored: StoredArtifact) throws(WebProblem) -> Artifact {
        guard let moment = stored.removedAt else { return stored.artifact }
        throw WebProblem(
            .gone, "The artifact \"\(stored.artifact.name)\" was removed at \(TimeText.readable(moment)) UTC.")
    }

    /// Empty where the file is gone.
    func contents(of stored: StoredArtifact) async throws -> ArtifactContents {
        guard stored.removedAt == nil else { return ArtifactContents(files: [], isCut: false) }
        return try await operations.contents(of: stored.artifact, limit: ArtifactEndpoints.fileLimit)
    }
}
