extension DockerEngine {
    private struct Facts: Decodable {
        var system: String
        var architecture: String

        enum CodingKeys: String, CodingKey {
            case system = "Os"
            case architecture = "Arch"
        }
    }

    /// What the engine's host runs: `linux/amd64`.
    public func platform(patience: Patience = .endless) throws(DockerError) -> String {
        let facts: Facts = try value(
            of: EngineRequest("GET", "/version", to: "ask the engine for its platform"), patience: patience)
        return "\(facts.system)/\(facts.architecture)"
    }

    /// Whether the engine has BuildKit.
    public var offersBuildKit: Bool { APIVersion(version).map { $0 >= APIVersion(1, 40) } ?? false }

    private struct Distribution: Decodable {
        struct Descriptor: Decodable {
            var digest: String
        }

        var descriptor: Descriptor

        enum CodingKeys: String, CodingKey { case descriptor = "Descriptor" }
    }

    /// Asks the registry, through the engine, what it has under a name.
    ///
    /// - Returns: its digest; nil where it has nothing.
    public func registryDigest(
        of image: ImageReference, credentials: RegistryCredentials? = nil, patience: Patience = .endless
    ) throws(DockerError) -> String? {
        let request = try EngineRequest("GET", "/distribution/\(image)/json", to: "look for \(image) in its registry")
            .authenticated(credentials, for: image.registry)
        do throws(DockerError) {
            return try value(Distribution.self, of: request, patience: patience).descriptor.digest
        } catch {
            if error.reason == .notFound || error.detail.contains("manifest unknown") { return nil }
            throw error
        }
    }
}
