/// A manifest, as it was pushed.
public struct ECRManifest: Equatable, Sendable {
    public var digest: String
    public var text: String
    public var mediaType: String?
}

/// What a scan of an image found.
public struct ECRScanFindings: Decodable, Equatable, Sendable {
    /// `COMPLETE`, `IN_PROGRESS`, `FAILED`, …; nil where there was no scan.
    public var status: String?
    /// How many of each severity: `CRITICAL`, `HIGH`, …
    public var counts: [String: Int]

    /// Whether there is more to come: what is told now is not all.
    public var isUnderWay: Bool { status == nil || ["IN_PROGRESS", "PENDING"].contains(status) }

    /// Whether the counts are all that the image has. A scanner that goes on for ever (`ACTIVE`) has looked at it, too.
    public var isWhole: Bool { ["COMPLETE", "ACTIVE"].contains(status) }
}

extension ECRClient {
    private struct ImageID: Codable {
        var imageDigest: String?
        var imageTag: String?

        /// - Parameter reference: a tag, or `sha256:…`.
        init(_ reference: String) {
            if reference.hasPrefix("sha256:") { imageDigest = reference } else { imageTag = reference }
        }
    }

    private struct ImagesInput: Encodable {
        var registryId: String?
        var repositoryName: String
        var imageIds: [ImageID]
        var acceptedMediaTypes: [String]?
    }

    private struct ManifestsAnswer: Decodable {
        struct Image: Decodable {
            var imageId: ImageID?
            var imageManifest: String?
            var imageManifestMediaType: String?
        }

        var images: [Image]?
    }

    private struct PutInput: Encodable {
        var registryId: String?
        var repositoryName: String
        var imageManifest: String
        var imageManifestMediaType: String?
        var imageTag: String
        var imageDigest: String
    }

    private struct PutAnswer: Decodable {
        struct Image: Decodable {
            var imageId: ImageID?
        }

        var image: Image?
    }

    /// The manifest behind a tag or digest; nil where the repository, or the image in it, is not there. ECR takes a manifest only
    /// once it has every layer: an image that has one is whole.
    public func manifest(_ reference: String, in repository: String, of account: String?) throws(AWSError) -> ECRManifest? {
        let input = ImagesInput(
            registryId: account, repositoryName: repository, imageIds: [ImageID(reference)],
            acceptedMediaTypes: Self.manifestTypes)
        do throws(AWSError) {
            let answer: ManifestsAnswer = try call("BatchGetImage", input)
            guard let image = answer.images?.first, let digest = image.imageId?.imageDigest, let text = image.imageManifest else {
                return nil
            }
            return ECRManifest(digest: digest, text: text, mediaType: image.imageManifestMediaType)
        } catch  where error.code == "RepositoryNotFoundException" || error.code == "ImageNotFoundException" {
            return nil
        }
    }

    static let manifestTypes = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]

    /// Gives an image of the repository another tag. One that it has already is no error.
    public func tag(_ manifest: ECRManifest, as tag: String, in repository: String, of account: String?) throws(AWSError) {
        let input = PutInput(
            registryId: account, repositoryName: repository, imageManifest: manifest.text,
            imageManifestMediaType: manifest.mediaType, imageTag: tag, imageDigest: manifest.digest)
        do throws(AWSError) {
            let _: PutAnswer = try call("PutImage", input)
        } catch  where error.code == "ImageAlreadyExistsException" {}
    }
}

extension ECRClient {
    private struct ScanInput: Encodable {
        var registryId: String?
        var repositoryName: String
        var imageId: ImageID
    }

    private struct ScanAnswer: Decodable {
        struct Status: Decodable {
            var status: String?
        }

        struct Findings: Decodable {
            var findingSeverityCounts: [String: Int]?
        }

        var imageScanStatus: Status?
        var imageScanFindings: Findings?
    }

    /// Has ECR scan an image. One that was scanned today already, or by a scanner that begins by itself, is no error.
    public func startScan(_ reference: String, in repository: String, of account: String?) throws(AWSError) {
        let input = ScanInput(registryId: account, repositoryName: repository, imageId: ImageID(reference))
        do throws(AWSError) {
            let _: ScanAnswer = try call("StartImageScan", input)
        } catch  where ["LimitExceededException", "ValidationException"].contains(error.code) {}
    }

    /// What a scan found in an image; nil where none was made.
    public func scanFindings(
        _ reference: String, in repository: String, of account: String?
    ) throws(AWSError) -> ECRScanFindings? {
        let input = ScanInput(registryId: account, repositoryName: repository, imageId: ImageID(reference))
        do throws(AWSError) {
            let answer: ScanAnswer = try call("DescribeImageScanFindings", input)
            return ECRScanFindings(
                status: answer.imageScanStatus?.status, counts: answer.imageScanFindings?.findingSeverityCounts ?? [:])
        } catch  where error.code == "ScanNotFoundException" {
            return nil
        }
    }
}
