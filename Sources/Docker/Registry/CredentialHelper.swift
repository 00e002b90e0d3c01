internal import FoundationEssentials

/// What a program answers that keeps logins: `docker-credential-NAME get`, with the server's name on its standard input. See
/// github.com/docker/docker-credential-helpers.
public enum CredentialHelper {
    /// The program's name; nil for what can't be part of one.
    public static func program(named name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_.".utf8.contains(byte)
        }
        return isPlain && !name.isEmpty ? "docker-credential-\(name)" : nil
    }

    /// The login in an answer; nil where it is none.
    public static func credentials(in answer: [UInt8]) -> RegistryCredentials? {
        struct Answer: Decodable {
            var username: String
            var secret: String

            enum CodingKeys: String, CodingKey {
                case username = "Username"
                case secret = "Secret"
            }
        }
        guard let read = try? JSONDecoder().decode(Answer.self, from: Data(answer)) else { return nil }
        return read.username == "<token>"
            ? RegistryCredentials(identityToken: read.secret)
            : RegistryCredentials(username: read.username, password: read.secret)
    }
}
