internal import FoundationEssentials

/// The JSON in which containers, instances and programs hand out credentials.
struct CredentialDocument: Decodable {
    var version: Int?
    var accessKeyID: String?
    var secretAccessKey: String?
    /// Of containers and instances.
    var token: String?
    /// Of programs.
    var sessionToken: String?
    var expiration: String?
    /// Where something is wrong; instances say `Success`.
    var code: String?
    var message: String?

    enum CodingKeys: String, CodingKey {
        case version = "Version"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
        case code = "Code"
        case message = "Message"
    }

    /// - Parameter source: for messages, and for the credentials.
    static func credentials(in body: [UInt8], from source: String, isProgram: Bool = false) throws(AWSError) -> AWSCredentials {
        guard let document = try? JSONDecoder().decode(CredentialDocument.self, from: Data(body)) else {
            throw AWSError(.unexpectedAnswer, "\(source) answered with something else than credentials in JSON")
        }
        if isProgram, document.version != 1 {
            throw AWSError(.unexpectedAnswer, "\(source) wrote no \"Version\": 1")
        }
        if let code = document.code, code != "Success" {
            throw AWSError(.noCredentials, "\(source) says \(code)\(document.message.map { ": \($0)" } ?? "")")
        }
        guard let key = document.accessKeyID, let secret = document.secretAccessKey, !key.isEmpty, !secret.isEmpty else {
            throw AWSError(.unexpectedAnswer, "\(source) gave no AccessKeyId and SecretAccessKey")
        }
        let expiration = document.expiration.flatMap(AWSTime.iso8601)
        if let text = document.expiration, expiration == nil {
            throw AWSError(.unexpectedAnswer, "\(source) gave an expiration that is not a moment: \(text.prefix(40))")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: isProgram ? document.sessionToken : document.token,
            expiration: expiration, source: source)
    }
}
