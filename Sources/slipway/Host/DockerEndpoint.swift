internal import EngineAddresses
internal import FoundationEssentials
internal import Signing

/// Where Docker's client finds the engine, decided as the client decides it: `DOCKER_HOST`, the context, else the usual socket.
/// A context's certificates are not read.
struct DockerEndpoint: Sendable, Equatable {
    static let usual = "unix:///var/run/docker.sock"

    /// `unix:///…`, `tcp://…`, `ssh://…`
    var address: String
    /// Who says so, for people.
    var source: String

    /// Nil: no TLS.
    var certificates: String?

    static func current() -> DockerEndpoint {
        find(variable: Terminal.variable) { path in try? InputFile.bytes(path) }
    }

    /// - Parameters:
    ///   - variable: of the environment.
    ///   - file: the bytes of a file, or nil where it can't be read.
    static func find(
        variable: (String) -> String?, file: (String) -> [UInt8]?
    ) -> DockerEndpoint {
        if let host = variable("DOCKER_HOST"), !host.isEmpty {
            var environment: [String: String] = [:]
            for name in ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "HOME"] {
                environment[name] = variable(name)
            }
            let named = try? EngineAddress(environment: environment)
            return DockerEndpoint(address: host, source: "DOCKER_HOST", certificates: named?.certificates)
        }
        let folder = variable("DOCKER_CONFIG") ?? variable("HOME").map { "\($0)/.docker" } ?? "/root/.docker"
        let chosen = variable("DOCKER_CONTEXT").flatMap { $0.isEmpty ? nil : $0 } ?? currentContext(file("\(folder)/config.json"))
        guard let name = chosen, name != "default" else { return DockerEndpoint(address: usual, source: "the usual place") }
        let digest = SHA256.hexadecimal(name)
        guard let bytes = file("\(folder)/contexts/meta/\(digest)/meta.json"), let host = host(of: bytes) else {
            return DockerEndpoint(address: usual, source: "the usual place; the context \"\(name)\" is not known")
        }
        return DockerEndpoint(address: host, source: "the context \"\(name)\"")
    }

    private static func currentContext(_ bytes: [UInt8]?) -> String? {
        struct Configuration: Decodable { let currentContext: String? }
        guard let bytes, let read = try? JSONDecoder().decode(Configuration.self, from: Data(bytes)) else { return nil }
        return read.currentContext.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func host(of bytes: [UInt8]) -> String? {
        struct Metadata: Decodable {
            struct Endpoint: Decodable {
                let host: String?
                private enum CodingKeys: String, CodingKey { case host = "Host" }
            }
            let endpoints: [String: Endpoint]
            private enum CodingKeys: String, CodingKey { case endpoints = "Endpoints" }
        }
        return (try? JSONDecoder().decode(Metadata.self, from: Data(bytes)))?.endpoints["docker"]?.host
    }
}
