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

    /// One member of a secret that is a JSON object, as text: numbers and truth as they are written.
    ///
    /// - Throws: of kind `notFound` where the secret is no object, or has no such member; never with what is in it.
    public func value(
        of id: String, member: String, stage: String? = nil, version: String? = nil, _ patience: AWSPatience = .endless
    ) throws(AWSError) -> String {
        let text = try value(of: id, stage: stage, version: version, patience)
        guard let members = try? JSONDecoder().decode([String: SecretMember].self, from: Data(text.utf8)) else {
            throw AWSError(
                .notFound, service: AWSService.secretsManager.name, "the secret \"\(id)\" is no JSON object",
                remedy: "ask for the secret without a key, or store it as an object")
        }
        guard let value = members[member] else {
            throw AWSError(
                .notFound, service: AWSService.secretsManager.name, "the secret \"\(id)\" has no key \"\(member)\"",
                remedy: "correct the key, or add it to the secret")
        }
        return value.text
    }
}

/// A value in a secret's object.
private struct SecretMember: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let string = try? container.decode(String.self) {
            text = string
        } else if let truth = try? container.decode(Bool.self) {
            text = truth ? "true" : "false"
        } else if let number = try? container.decode(Int64.self) {
            text = String(number)
        } else if let number = try? container.decode(Double.self) {
            text = String(number)
        } else if container.decodeNil() {
            text = "null"
        } else {
            // An object or a list: its own JSON.
            let value = try container.decode(SecretValue.self)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            text = String(decoding: try encoder.encode(value), as: UTF8.self)
        }
    }
}

/// Any JSON.
private enum SecretValue: Codable {
    case object([String: SecretValue])
    case list([SecretValue])
    case string(String)
    case truth(Bool)
    case number(Double)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode([String: SecretValue].self) {
            self = .object(value)
        } else if let value = try? container.decode([SecretValue].self) {
            self = .list(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .null
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .null: try container.encodeNil()
        }
    }
}
