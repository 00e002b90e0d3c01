internal import FoundationEssentials
internal import HTTPTransport
internal import PercentCoding

/// The metadata service of an EC2 instance, by its second version only: a token first, which no forwarded request can get.
struct InstanceMetadata: CredentialSource {
    let environment: [String: String]
    private static let tokenLifetime = "21600"

    var name: String { "the instance's role" }

    private var isDisabled: Bool { environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" }

    /// Beside what AWS' tools take, `unix:/path` of a socket behind which the service is, as the unit has it.
    private var endpoint: TransportEndpoint {
        if let own = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"], !own.isEmpty {
            if own.hasPrefix(Self.socketScheme) { return .unixSocket(path: String(own.dropFirst(Self.socketScheme.count))) }
            return .server(url: own.hasSuffix("/") ? String(own.dropLast()) : own)
        }
        let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        return .server(url: isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    }

    private static let socketScheme = "unix:"

    private var request: LocalRequest {
        LocalRequest(
            seconds: environment["AWS_METADATA_SERVICE_TIMEOUT"].flatMap { Double($0) }.map { min(max($0, 0.1), 60) } ?? 1,
            attempts: environment["AWS_METADATA_SERVICE_NUM_ATTEMPTS"].flatMap { Int($0) }.map { min(max($0, 1), 10) } ?? 1)
    }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding {
        switch try open(patience) {
        case .absent(let reason): return .absent(reason)
        case .open(let token):
            let folder = "/latest/meta-data/iam/security-credentials/"
            guard let roles = try get(folder, token, patience) else { return .absent("the instance has no role") }
            let role = String(decoding: roles, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            guard !role.isEmpty else { return .absent("the instance has no role") }
            guard let document = try get(folder + PercentEncoding.encoded(role), token, patience) else {
                throw AWSError(.noCredentials, "\(name) \(role) has no credentials at the metadata service")
            }
            return .found(try CredentialDocument.credentials(in: document, from: "\(name) \(role)"))
        }
    }

    /// The region of the instance; nil where this machine is none.
    func region(_ patience: AWSPatience) -> String? {
        guard case .open(let token)? = try? open(patience),
            let body = try? get("/latest/meta-data/placement/region", token, patience)
        else { return nil }
        let region = String(decoding: body, as: UTF8.self).trimmed
        return region.isEmpty ? nil : region
    }

    // MARK: - Requests

    private enum Door {
        case open(token: String)
        case absent(String)
    }

    private func open(_ patience: AWSPatience) throws(AWSError) -> Door {
        guard !isDisabled else { return .absent("AWS_EC2_METADATA_DISABLED is true") }
        let response: LocalRequest.Answer?
        do throws(HTTPTransportError) {
            response = try request.send(
                "PUT", "/latest/api/token", at: endpoint,
                headers: [("X-aws-ec2-metadata-token-ttl-seconds", Self.tokenLifetime)], patience)
        } catch {
            guard error.isTransient else { throw AWSError(.other, "\(name): \(error)") }
            // The token's packets go no further than the hop limit: in a container they never come.
            let hint = [.totalDeadline, .idleDeadline].contains(error.reason)
            return .absent(
                hint
                    ? "the metadata service gave no token in time; in a container, the instance's hop limit must be 2"
                    : "nobody answers at \(endpoint): this is no EC2 instance, or its metadata service is off")
        }
        guard let response else { throw AWSError(.cancelled, "\(name): the wait for it was ended") }
        guard response.status == 200 else {
            return .absent("the metadata service gave no token: HTTP \(response.status)")
        }
        return .open(token: response.text)
    }

    /// Nil where there is no such thing.
    private func get(_ path: String, _ token: String, _ patience: AWSPatience) throws(AWSError) -> [UInt8]? {
        let response: LocalRequest.Answer?
        do throws(HTTPTransportError) {
            response = try request.send("GET", path, at: endpoint, headers: [("X-aws-ec2-metadata-token", token)], patience)
        } catch {
            throw AWSError(.unreachable, "\(name): \(error)")
        }
        guard let response else { throw AWSError(.cancelled, "\(name): the wait for it was ended") }
        switch response.status {
        case 200: return response.body
        case 404: return nil
        default: throw AWSError(.noCredentials, "\(name): the metadata service answered HTTP \(response.status)")
        }
    }
}
