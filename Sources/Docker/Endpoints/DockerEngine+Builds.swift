/// How an image is made from a Dockerfile.
public struct BuildDefinition: Equatable, Sendable {
    /// The name that the image gets.
    public var tag: String
    /// A path below the context.
    public var dockerfile: String
    public var labels: [String: String]
    /// Whether the images that it is made from are pulled even where the engine has them: with credentials that this build does
    /// not have, others may have brought them.
    public var pullsBases: Bool

    public init(
        tag: String, dockerfile: String = "Dockerfile", labels: [String: String] = [:], pullsBases: Bool = false
    ) {
        self.tag = tag
        self.dockerfile = dockerfile
        self.labels = labels
        self.pullsBases = pullsBases
    }
}

extension DockerEngine {
    /// Builds an image from a folder, which is sent to the engine as it is read.
    ///
    /// - Parameter output: takes what the build prints, as it comes.
    /// - Throws: `DockerError`, with `buildFailed` where an instruction failed or the Dockerfile has a mistake.
    public func build(
        _ definition: BuildDefinition, context: FolderArchive, patience: Patience = .endless, output: (String) -> Void
    ) throws(DockerError) {
        let action = "build the image from \(definition.dockerfile)"
        var request = try EngineRequest("POST", "/build", to: action)
            .asking("t", definition.tag).asking("dockerfile", definition.dockerfile).asking("forcerm", "true")
            .asking("labels", json: definition.labels)
        if definition.pullsBases { request = request.asking("pull", "true") }
        request.headers.append(("Content-Type", "application/x-tar"))
        do throws(DockerError) {
            var messages = ProgressStream(try stream(request, uploading: context, patience: patience))
            while let message = try messages.next(patience) {
                if let error = message.error { throw DockerError(.buildFailed, action, message.errorDetail?.message ?? error) }
                if let text = message.stream { output(text) }
            }
        } catch {
            if let failure = context.failure { throw DockerError(.failed, action, failure) }
            throw error.reason == .refused ? DockerError(.buildFailed, action, error.detail) : error
        }
    }
}
