internal import FoundationEssentials
internal import Glibc
internal import HTTPTransport

/// The manifest of an image, as the registry itself serves it: by the API that every registry has, not by AWS's.
///
/// See the distribution specification of the Open Container Initiative.
public struct RegistryManifest {
    private let name: ECRImageName
    private let login: ECRLogin?
    private static let limit = 16 << 20

    public init(_ name: ECRImageName, login: ECRLogin?) {
        self.name = name
        self.login = login
    }

    /// - Returns: nil where the registry has no such image, or nobody answers for it.
    public func digest(_ patience: AWSPatience) throws(AWSError) -> String? {
        for scheme in Self.isOnThisMachine(name.registry) ? ["https", "http"] : ["https"] {
            do throws(AWSError) { return try digest(over: scheme, patience) } catch  where error.reason == .unreachable {}
        }
        return nil
    }

    private func digest(over scheme: String, _ patience: AWSPatience) throws(AWSError) -> String? {
        var headers = ECRClient.manifestTypes.map { (name: "Accept", value: $0) }
        if let login {
            headers.append(
                (name: "Authorization", value: "Basic \(Data("\(login.username):\(login.password)".utf8).base64EncodedString())"))
        }
        let request = TransportRequest(
            "HEAD", "/v2/\(name.repository)/manifests/\(name.reference)", at: .server(url: "\(scheme)://\(name.registry)"),
            headers: headers, longestBody: Self.limit)
        let head: TransportHead?
        do throws(HTTPTransportError) {
            head = try TransportExchange(request).head(until: patience.moment, interruption: patience.descriptor)
        } catch {
            throw failure(.unreachable, "\(error)")
        }
        guard let head else { throw failure(.cancelled, "it was cancelled") }
        switch head.status {
        case 200:
            guard let digest = head.header("Docker-Content-Digest"), digest.hasPrefix("sha256:") else {
                throw failure(.unexpectedAnswer, "the registry tells no digest")
            }
            return digest
        case 404: return nil
        case 401, 403:
            throw failure(.accessDenied, "the registry refuses the login (HTTP \(head.status)): allow ecr:BatchGetImage")
        default: throw failure(.unavailable, "the registry answers with HTTP \(head.status)")
        }
    }

    private func failure(_ reason: AWSError.Reason, _ message: String) -> AWSError {
        AWSError(reason, service: "the registry \(name.registry)", operation: "", message)
    }

    /// A registry on the loopback interface may do without TLS, as the Docker Engine has it.
    private static func isOnThisMachine(_ authority: String) -> Bool {
        let host = String(authority.prefix { $0 != ":" })
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return false }
        defer { freeaddrinfo(list) }
        var entry: UnsafeMutablePointer<addrinfo>? = first
        while let found = entry {
            guard let address = found.pointee.ai_addr else { return false }
            let isLoopback = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                UInt32(bigEndian: pointer.pointee.sin_addr.s_addr) >> 24 == 127
            }
            guard isLoopback else { return false }
            entry = found.pointee.ai_next
        }
        return true
    }
}
