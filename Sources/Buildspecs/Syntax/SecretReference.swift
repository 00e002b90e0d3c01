/// What `env.secrets-manager` asks Secrets Manager for: `secret-id:json-key:version-stage:version-id`.
public struct SecretReference: Sendable, Equatable {
    /// The name of the secret, or its ARN.
    public var id: String
    /// The member of the secret's JSON; nil: the whole text.
    public var jsonKey: String?
    public var versionStage: String?
    public var versionID: String?

    public struct Mistake: Error, Equatable, Sendable {
        public var message: String
    }

    /// The colons of an ARN belong to it: `arn:aws:secretsmanager:region:account:secret:name`.
    private static let partsOfARN = 7

    public init(_ text: String) throws(Mistake) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "arn" {
            guard parts.count >= Self.partsOfARN, parts[2] == "secretsmanager" else {
                throw Mistake(message: "expected the ARN of a secret, arn:…:secretsmanager:…:secret:name, found \"\(text)\"")
            }
            parts = [parts[..<Self.partsOfARN].joined(separator: ":")] + parts[Self.partsOfARN...]
        }
        guard parts.count <= 4, let id = parts.first, !id.isEmpty else {
            throw Mistake(message: "expected secret-id:json-key:version-stage:version-id, found \"\(text)\"")
        }
        func part(_ index: Int) -> String? { parts.count > index && !parts[index].isEmpty ? parts[index] : nil }
        self.id = id
        jsonKey = part(1)
        versionStage = part(2)
        versionID = part(3)
        if versionStage != nil, versionID != nil {
            throw Mistake(message: "\"\(text)\" has a version stage and a version id; expected one of them at most")
        }
    }
}
