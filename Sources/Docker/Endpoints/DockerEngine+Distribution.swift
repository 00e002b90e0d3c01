extension DockerEngine {
    private struct Distribution: Decodable {
        struct Descriptor: Decodable {
            var digest: String
        }

        var descriptor: Descriptor

        enum CodingKeys: String, CodingKey { case descriptor = "Descriptor" }
    }

    /// The digest under which a registry has an image; nothing is pulled.
    ///
    /// - Returns: nil where the registry has no such image.
    public func registryDigest(
        of image: ImageReference, credentials: RegistryCredentials?, patience: Patience
    ) throws(DockerError) -> String? {
        let request = try EngineRequest("GET", "/distribution/\(image)/json", to: "look for \(image) in its registry")
            .authenticated(credentials, for: image.registry)
        do throws(DockerError) {
            let found: Distribution = try value(of: request, patience: patience)
            return found.descriptor.digest
        } catch {
            guard error.reason == .notFound else { throw error }
            return nil
        }
    }
}
