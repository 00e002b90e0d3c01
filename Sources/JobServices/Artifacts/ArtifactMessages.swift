/// The messages of the service of artifacts; names as in GitHub's `results.api.v1`.
enum ArtifactMessages {
    struct Create: Decodable {
        var workflowRunBackendId: String
        var workflowJobRunBackendId: String
        var name: String
        var expiresAt: MessageTime?
        /// Of the file, where it is no zip; clients that know only zips leave it out.
        var mimeType: String?
    }

    struct Created: Encodable {
        var ok = true
        var signedUploadURL: String
    }

    struct Finalize: Decodable {
        var workflowRunBackendId: String
        var workflowJobRunBackendId: String
        var name: String
        /// Left out where it is 0.
        var size: MessageInteger?
        /// `sha256:` and the digest.
        var hash: String?
    }

    struct Done: Encodable {
        var ok = true
        var artifactID: MessageInteger
    }

    struct List: Decodable {
        var workflowRunBackendId: String
        var workflowJobRunBackendId: String
        var nameFilter: String?
        var idFilter: MessageInteger?
    }

    struct Listed: Encodable {
        struct Artifact: Encodable {
            var workflowRunBackendId: String
            var workflowJobRunBackendId: String
            var databaseID: MessageInteger
            var name: String
            var size: MessageInteger
            var createdAt: MessageTime
            var digest: String
        }

        var artifacts: [Artifact]
    }

    /// Names an artifact: of `GetSignedArtifactURL` and `DeleteArtifact`.
    struct Named: Decodable {
        var workflowRunBackendId: String
        var workflowJobRunBackendId: String
        var name: String
    }

    struct Address: Encodable {
        var signedURL: String
    }
}
