internal import HTTPTransport

/// The endpoint that ECS and EKS give a container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`.
struct ContainerCredentials: CredentialSource {
    let environment: [String: String]
    private static let taskHost = "http://169.254.170.2"

    var name: String { "the container's role" }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding {
        let set = environment.filter { !$0.value.isEmpty }
        let url: String
        if let path = set["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = Self.taskHost + path
        } else if let full = set["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            try Self.refuseStrangeHost(full)
            url = full
        } else {
            return .absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI are not set")
        }
        var headers = [(name: "Accept", value: "application/json")]
        if let file = set["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            headers.append(("Authorization", try CredentialFile.text(file, of: name)))
        } else if let token = set["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            headers.append(("Authorization", token))
        }
        let response: LocalRequest.Answer?
        do throws(HTTPTransportError) {
            response = try LocalRequest(seconds: 2, attempts: 3).send("GET", url, headers: headers, patience)
        } catch {
            throw AWSError(.unreachable, "\(name): \(error)")
        }
        guard let response else { throw AWSError(.cancelled, "\(name): the wait for it was ended") }
        guard response.status == 200 else {
            throw AWSError(
                .noCredentials, "\(name): its endpoint answered HTTP \(response.status)",
                remedy: "check that the task or pod has a role")
        }
        return .found(try CredentialDocument.credentials(in: response.body, from: name))
    }

    /// Over plain HTTP a token may only go to hosts that are this machine, or stand in for it.
    private static func refuseStrangeHost(_ url: String) throws(AWSError) {
        if url.hasPrefix("https://") { return }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
        let host = authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
        let allowed = ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        guard url.hasPrefix("http://"), isLoopback || allowed.contains(host.lowercased()) else {
            throw AWSError(
                .noCredentials, "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host \"\(host)\", which is not asked without TLS",
                remedy: "use https, the loopback address, or an address of ECS or EKS")
        }
    }
}
