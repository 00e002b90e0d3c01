internal import FoundationEssentials
internal import Plan
internal import Storage

/// The service of artifacts that `@actions/artifact` speaks to from its version 2 on, which is that of `upload-artifact@v4`.
///
/// A job sees the artifacts of its own run only, as there: those of other runs are had from GitHub's API, with a token of GitHub's.
struct ArtifactMethods {
    typealias Work = ([UInt8]) throws(ServiceRefusal) -> ServiceResponse

    let place: ServicePlace
    let request: ServiceRequest

    private static let day = 86_400.0
    private static let zips = ["application/zip", "application/x-zip-compressed", "application/zip-compressed", "zip"]

    func method(named name: String) -> Work? {
        switch name {
        case "CreateArtifact": { body throws(ServiceRefusal) in try create(body) }
        case "FinalizeArtifact": { body throws(ServiceRefusal) in try finalize(body) }
        case "ListArtifacts": { body throws(ServiceRefusal) in try list(body) }
        case "GetSignedArtifactURL": { body throws(ServiceRefusal) in try address(body) }
        case "DeleteArtifact": { body throws(ServiceRefusal) in try delete(body) }
        default: nil
        }
    }

    /// Refuses what names another run. The job may be another of the run where an artifact of its is named.
    private func check(run: String, job: String? = nil) throws(ServiceRefusal) {
        guard run == place.runName, job == nil || job == place.jobName else {
            throw ServiceRefusal(
                status: 403, code: "permission_denied", message: "the token is for the run \(place.runName) and its job only")
        }
    }

    private func create(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(ArtifactMessages.Create.self, from: body)
        try check(run: message.workflowRunBackendId, job: message.workflowJobRunBackendId)
        let days = message.expiresAt.map { max(1, Int(($0.date.timeIntervalSince(place.now()) / Self.day).rounded())) }
        let order = RunArtifacts.Order(
            name: message.name, isArchive: message.mimeType.map { Self.zips.contains($0.lowercased()) } ?? true,
            retentionDays: days)
        let artifacts = place.artifacts
        let room = try storing { () throws(StorageError) in
            try artifacts.check(order)
            return try artifacts.room()
        }
        let upload = Upload(.artifact(order), room: room) { () throws(StorageError) in try artifacts.begin() }
        let number = place.uploads.add(upload)
        return ServiceResponse(
            message: ArtifactMessages.Created(signedUploadURL: place.uploadAddress(number, request)))
    }

    private func finalize(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(ArtifactMessages.Finalize.self, from: body)
        try check(run: message.workflowRunBackendId, job: message.workflowJobRunBackendId)
        let found = place.uploads.last { purpose in
            if case .artifact(let order) = purpose { order.name == message.name } else { false }
        }
        guard let upload = found?.upload, case .artifact(let order) = upload.purpose else {
            throw .notFound("no upload of an artifact \"\(message.name)\" has begun")
        }
        if case .artifact(let id)? = upload.stored {
            return ServiceResponse(message: ArtifactMessages.Done(artifactID: MessageInteger(id)))
        }
        let content = try upload.content()
        let size = message.size?.value ?? 0
        guard size == content.file.size else {
            throw .invalid(
                "the artifact \"\(message.name)\" has \(content.file.size) bytes, not \(size): the upload is not whole")
        }
        if let hash = message.hash, !hash.isEmpty, hash.lowercased() != "sha256:\(content.digest)" {
            throw .invalid("the artifact \"\(message.name)\" is sha256:\(content.digest), not \(hash): the upload is damaged")
        }
        let stored = try content.file.store { file throws(StorageError) in
            try place.artifacts.store(file, digest: content.digest, as: order)
        }
        upload.end(as: .artifact(id: stored.artifact.id))
        try place.tell(stored.changes)
        return ServiceResponse(message: ArtifactMessages.Done(artifactID: MessageInteger(stored.artifact.id)))
    }

    private func list(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(ArtifactMessages.List.self, from: body)
        try check(run: message.workflowRunBackendId, job: message.workflowJobRunBackendId)
        let artifacts = try storing { () throws(StorageError) in try place.artifacts.artifacts() }
            .filter { artifact in
                (message.nameFilter.map { $0.isEmpty || $0 == artifact.name } ?? true)
                    && (message.idFilter.map { $0.value == artifact.id } ?? true)
            }
        return ServiceResponse(
            message: ArtifactMessages.Listed(
                artifacts: artifacts.map { artifact in
                    ArtifactMessages.Listed.Artifact(
                        workflowRunBackendId: String(artifact.runID), workflowJobRunBackendId: String(artifact.jobID),
                        databaseID: MessageInteger(artifact.id), name: artifact.name, size: MessageInteger(artifact.size),
                        createdAt: MessageTime(artifact.createdAt), digest: "sha256:\(artifact.digest)")
                }))
    }

    private func address(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let artifact = try named(body)
        let file = try storing { () throws(StorageError) in try place.artifacts.open(artifact, isCancelled: { place.isOver }) }
        let name = "artifact-\(artifact.id)"
        place.downloads.add(
            .init(
                file: file, size: artifact.size, digest: artifact.digest,
                contentType: artifact.isArchive ? "application/zip" : "application/octet-stream", fileName: artifact.fileName),
            named: name)
        return ServiceResponse(message: ArtifactMessages.Address(signedURL: place.downloadAddress(name, request)))
    }

    private func delete(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let artifact = try named(body)
        let change = try storing { () throws(StorageError) in try place.artifacts.remove(artifact) }
        try place.tell([change])
        return ServiceResponse(message: ArtifactMessages.Done(artifactID: MessageInteger(artifact.id)))
    }

    /// The run's newest artifact of the name that a message has.
    private func named(_ body: [UInt8]) throws(ServiceRefusal) -> Artifact {
        let message = try Message.read(ArtifactMessages.Named.self, from: body)
        try check(run: message.workflowRunBackendId)
        let artifacts = try storing { () throws(StorageError) in try place.artifacts.artifacts() }
        guard let artifact = artifacts.first(where: { $0.name == message.name }) else {
            throw .notFound("the run has no artifact \"\(message.name)\"")
        }
        return artifact
    }
}
