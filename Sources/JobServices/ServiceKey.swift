internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Signing
internal import Storage

/// What a job's callers prove themselves with: a token for the services, and a signature in each address of a stored file, as
/// clients of such stores send no token there.
///
/// The key is made for one job and forgotten with it, so nothing of it is good for another.
struct ServiceKey: Sendable {
    let token: String
    private let secret: [UInt8]

    /// What may be done with an address.
    enum Use: String {
        case upload
        case download
    }

    /// - Throws: `ExecutionError` where no random bytes can be had.
    init(_ assignment: JobAssignment, caches: RunCaches, now: Date) throws(ExecutionError) {
        do { secret = try RandomBytes.make(count: 32) } catch {
            throw ExecutionError("can't make a key for the job's services: \(error)")
        }
        let head = Self.encoded(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let body = try Self.claims(assignment, caches, now: now)
        let signature = HMAC.sha256(key: secret, message: Array("\(head).\(body)".utf8))
        token = "\(head).\(body).\(Self.encoded(signature))"
    }

    /// The claims that clients read: which run and job they are to name (`scp`), and which caches they may use (`ac`).
    private struct Claims: Encodable {
        struct Scope: Encodable {
            let name: String
            let permission: Int

            enum CodingKeys: String, CodingKey {
                case name = "Scope"
                case permission = "Permission"
            }
        }

        let iss = "slipway"
        let iat: Int
        let exp: Int
        let scp: String
        let ac: String
    }

    private static func claims(
        _ assignment: JobAssignment, _ caches: RunCaches, now: Date
    ) throws(ExecutionError) -> String {
        let readAndWrite = 3
        let scopes = caches.readableScopes.enumerated().map { index, scope in
            Claims.Scope(name: scope.ref, permission: index == 0 ? readAndWrite : 1)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let issued = Int(now.timeIntervalSince1970)
        let life = Int(assignment.wholeTime + JobAssignment.timeAfterLimit) + 3600
        do {
            let claims = Claims(
                iat: issued, exp: issued + life, scp: "Actions.Results:\(assignment.runID):\(assignment.jobID)",
                ac: String(decoding: try encoder.encode(scopes), as: UTF8.self))
            return encoded([UInt8](try encoder.encode(claims)))
        } catch {
            throw ExecutionError("can't make a token for the job's services: \(error)")
        }
    }

    /// Base64 for addresses, without padding (RFC 7515).
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    func accepts(token: String) -> Bool { constantTimeEquals(token, self.token) }

    func signature(for use: Use, of path: String) -> String {
        HMAC.sha256Hexadecimal(key: secret, message: Array("\(use.rawValue) \(path)".utf8))
    }

    func accepts(signature: String, for use: Use, of path: String) -> Bool {
        constantTimeEquals(signature, self.signature(for: use, of: path))
    }
}
