/// How an image is made from a Dockerfile.
public struct BuildDefinition: Equatable, Sendable {
    /// The names that the image gets; none: it has only its id.
    public var tags: [String]
    public var labels: [String: String]
    /// `ARG`s by name; nil takes back one that the engine would give.
    public var arguments: [String: String?] = [:]
    /// The stage that is built; nil: the last one.
    public var target: String?
    /// Images whose layers are taken up.
    public var cacheSources: [String] = []
    /// Whether layers of earlier builds are taken up.
    public var usesCache = true
    /// Whether the images that it is made from are pulled even where the engine has them: with credentials that this build does
    /// not have, others may have brought them.
    public var pullsBases: Bool
    /// `linux/amd64`; nil: the engine's.
    public var platform: String?
    /// For `RUN`: `none`, `host`, the name of a network; nil: the engine's default.
    public var network: String?
    /// `name:address`
    public var extraHosts: [String] = []
    /// Bytes.
    public var sharedMemory: Int64?
    public var cgroupParent: String?
    public var limits: [ProcessLimit] = []

    public init(tags: [String] = [], labels: [String: String] = [:], pullsBases: Bool = false) {
        self.tags = tags
        self.labels = labels
        self.pullsBases = pullsBases
    }
}

extension DockerEngine {
    /// Builds an image by the engine's classic builder.
    ///
    /// - Parameters:
    ///   - logins: for the registries of the images that it begins with.
    ///   - output: takes what the build prints, as it comes.
    /// - Returns: the image's id.
    /// - Throws: `DockerError`, with `buildFailed` where an instruction failed or the Dockerfile has a mistake.
    public func build(
        _ definition: BuildDefinition, context: BuildContext, logins: RegistryLogins = RegistryLogins(),
        patience: Patience = .endless, output: (String) -> Void
    ) throws(DockerError) -> String {
        let action = "build the image from \(context.dockerfilePath)"
        guard context.hasDockerfile else {
            throw DockerError(.buildFailed, action, "there is no such file in its context")
        }
        var request = try Self.request(for: definition, dockerfile: context.dockerfilePath, action).authenticated(logins)
        request.headers.append(("Content-Type", "application/x-tar"))
        var id: String?
        do throws(DockerError) {
            var messages = ProgressStream(try stream(request, uploading: context, patience: patience))
            while let message = try messages.next(patience) {
                if let error = message.error { throw DockerError(.buildFailed, action, message.errorDetail?.message ?? error) }
                if let text = message.stream { output(text) }
                if let found = message.aux?.id { id = found }
            }
        } catch {
            if let failure = context.failure { throw DockerError(.failed, action, failure) }
            throw error.reason == .refused ? DockerError(.buildFailed, action, error.detail) : error
        }
        guard let id else { throw DockerError(.buildFailed, action, "the engine reports no image") }
        return id
    }

    private static func request(
        for definition: BuildDefinition, dockerfile: String, _ action: String
    ) throws(DockerError) -> EngineRequest {
        var request = try EngineRequest("POST", "/build", to: action)
            .asking("dockerfile", dockerfile).asking("forcerm", "true").asking("labels", json: definition.labels)
        for tag in definition.tags { request = request.asking("t", tag) }
        if definition.pullsBases { request = request.asking("pull", "true") }
        if !definition.usesCache { request = request.asking("nocache", "true") }
        if !definition.arguments.isEmpty { request = try request.asking("buildargs", json: definition.arguments) }
        if !definition.cacheSources.isEmpty { request = try request.asking("cachefrom", json: definition.cacheSources) }
        let texts: [(String, String?)] = [
            ("target", definition.target), ("platform", definition.platform), ("networkmode", definition.network),
            ("cgroupparent", definition.cgroupParent), ("shmsize", definition.sharedMemory.map(String.init)),
            ("extrahosts", definition.extraHosts.isEmpty ? nil : definition.extraHosts.joined(separator: ",")),
        ]
        for (name, value) in texts { if let value { request = request.asking(name, value) } }
        return definition.limits.isEmpty ? request : try request.asking("ulimits", json: definition.limits)
    }
}
