/// What calls of one service have in common.
public struct AWSService: Sendable, Equatable {
    /// How requests and answers are written.
    public enum Format: Sendable, Equatable {
        /// JSON bodies; the operation is in `X-Amz-Target`, behind this prefix.
        case json(version: String, target: String)
        /// A form in the request, XML in the answer.
        case query(version: String)
        /// Methods and paths of its own, XML in the answer: S3.
        case rest
    }

    /// As AWS calls it, for messages: `Amazon ECS`.
    public var name: String
    /// As environment variables and profiles name it, in lower case: `ecs`, `secrets_manager`.
    public var identifier: String
    /// The first part of its host's name: `api.ecr`.
    public var endpointPrefix: String
    /// The same of its FIPS endpoint; nil: `-fips` behind the other.
    public var fipsPrefix: String?
    /// In signatures: `ecr`.
    public var signingName: String
    /// Before the colon of its actions in policies.
    public var permissionPrefix: String
    public var format: Format

    /// - Parameters:
    ///   - signingName: nil where it is the endpoint's prefix.
    ///   - permissionPrefix: nil where it is the name in signatures.
    public init(
        name: String, identifier: String, endpointPrefix: String, fipsPrefix: String? = nil, signingName: String? = nil,
        permissionPrefix: String? = nil, format: Format
    ) {
        self.name = name
        self.identifier = identifier
        self.endpointPrefix = endpointPrefix
        self.fipsPrefix = fipsPrefix
        self.signingName = signingName ?? endpointPrefix
        self.permissionPrefix = permissionPrefix ?? signingName ?? endpointPrefix
        self.format = format
    }

    var rules: SignatureV4.Rules { format == .rest ? .s3 : .standard }

    /// The action in a policy that an operation needs.
    func permission(for operation: String) -> String {
        guard format == .rest else { return operation }
        return switch operation {
        case "ListObjectsV2", "HeadBucket": "ListBucket"
        case "HeadObject": "GetObject"
        case "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "CopyObject": "PutObject"
        case "DeleteObjects": "DeleteObject"
        default: operation
        }
    }
}
