internal import FoundationEssentials

extension AWSService {
    public static let secretsManager = AWSService(
        name: "AWS Secrets Manager", identifier: "secrets_manager", endpointPrefix: "secretsmanager",
        format: .json(version: "1.1", target: "secretsmanager"))
}

/// AWS Secrets Manager. Calls block, as ``AWSClient``'s.
public struct SecretsManager: Sendable {
    private let client: AWSClient

    public init(_ configuration: AWSConfiguration) { client = AWSClient(.secretsManager, configuration) }

    private struct Request: Encodable {
        var id: String
        var stage: String?
        var version: String?

        enum CodingKeys: String, CodingKey {
            case id = "SecretId"
            case stage = "VersionStage"
            case version = "VersionId"
        }
    }

    private struct Answer: Decodable {
        var string: String?
        var binary: Data?

        enum CodingKeys: String, CodingKey {
            case string = "SecretString"
            case binary = "SecretBinary"
        }
    }

    /// The whole secret; one that is bytes is taken for UTF-8.
    ///
    /// - Parameters:
    ///   - id: its name or ARN.
    ///   - stage: `AWSCURRENT` where nothing is said.
    ///   - version: the id of a version.
    public func value(
        of id: String, stage: String? = nil, version: String? = nil, _ patience: AWSPatience = .endless
    ) throws(AWSError) -> String {
        let request = Request(id: id, stage: stage, version: version)
        do throws(AWSError) {
            let answer = try client.call("GetSecretValue", request, as: Answer.self, patience)
            return answer.string ?? answer.binary.map { String(decoding: $0, as: UTF8.self) } ?? ""
        } catch {
            guard error.reason == .notFound else { throw error }
            var error = error
            error.message =
                "there is no secret \"\(id)\"\(stage.map { " of the stage \($0)" } ?? "")"
                + (version.map { " of the version \($0)" } ?? "") + " in \(client.configuration.region ?? "the region")"
            error.remedy = "make it, or correct its name or the region"
            throw error
        }
    }
}
