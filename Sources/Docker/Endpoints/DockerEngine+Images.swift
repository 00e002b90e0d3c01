/// An image as the engine has it.
public struct ImageDescription: Decodable, Sendable {
    public var id: String
    /// `name:tag`
    public var tags: [String]?
    /// `name@sha256:…`, for each registry that it was pulled from or pushed to.
    public var digests: [String]?
    private var configuration: Configuration?

    private struct Configuration: Decodable {
        struct Check: Decodable {
            var test: [String]?

            enum CodingKeys: String, CodingKey { case test = "Test" }
        }

        var check: Check?

        enum CodingKeys: String, CodingKey { case check = "Healthcheck" }
    }

    /// Whether its containers have a health check unless they say otherwise.
    public var hasHealthCheck: Bool {
        guard let test = configuration?.check?.test, let first = test.first else { return false }
        return first != "NONE"
    }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case tags = "RepoTags"
        case digests = "RepoDigests"
        case configuration = "Config"
    }
}

/// One row of a list of images.
public struct ImageSummary: Decodable, Sendable {
    public var id: String
    /// `name:tag`; `<none>:<none>` for one without a name.
    public var tags: [String]?
    public var labels: [String: String]?
    /// Bytes.
    public var size: Int64
    /// Seconds since 1970.
    public var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case tags = "RepoTags"
        case labels = "Labels"
        case size = "Size"
        case createdAt = "Created"
    }
}

extension DockerEngine {
    /// The image, nil where the engine does not have it.
    public func image(_ name: String) throws(DockerError) -> ImageDescription? {
        do { return try value(of: EngineRequest("GET", "/images/\(name)/json", to: "look for the image \(name)")) } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }

    /// The images that carry all these labels.
    public func images(labelled labels: [String]) throws(DockerError) -> [ImageSummary] {
        try value(of: EngineRequest("GET", "/images/json", to: "list the images").filtered(by: ["label": labels]))
    }

    /// Every image with a name.
    public func images() throws(DockerError) -> [ImageSummary] {
        try value(of: EngineRequest("GET", "/images/json", to: "list the images"))
    }

    /// Pulls an image.
    ///
    /// - Parameter report: takes lines about how it goes on, not more than one every few seconds.
    /// - Throws: `DockerError`, with `imageUnavailable` where the registry does not give it.
    public func pull(
        _ image: ImageReference, credentials: RegistryCredentials? = nil, patience: Patience = .endless,
        report: (String) -> Void
    ) throws(DockerError) {
        let action = "pull the image \(image)"
        let request = try EngineRequest("POST", "/images/create", to: action)
            .asking("fromImage", image.name).asking("tag", image.selector).authenticated(credentials, for: image.registry)
        var messages: ProgressStream
        do { messages = ProgressStream(try stream(request, patience: patience)) } catch {
            throw Self.isAnswer(error) ? DockerError(.imageUnavailable, action, error.detail) : error
        }
        var progress = TransferProgress(.pull)
        while let message = try messages.next(patience) {
            if let error = message.error { throw DockerError(.imageUnavailable, action, message.errorDetail?.message ?? error) }
            if let line = progress.take(message, at: .now) { report(line) }
        }
    }

    private static func isAnswer(_ error: DockerError) -> Bool {
        switch error.reason {
        case .notFound, .failed, .refused, .conflict: true
        default: false
        }
    }

    /// Removes an image by its name or id. One that is gone is no error.
    ///
    /// - Parameter keepsLayers: whether the layers below it stay, which later builds take up.
    public func removeImage(_ name: String, keepsLayers: Bool = false) throws(DockerError) {
        let request = EngineRequest("DELETE", "/images/\(name)", to: "remove the image \(name)")
            .asking("noprune", keepsLayers ? "true" : "false")
        do { try call(request) } catch {
            if error.reason != .notFound { throw error }
        }
    }
}
