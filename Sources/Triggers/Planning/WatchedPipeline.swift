/// A pipeline of stages that the settings have for a repository, beside those that its commits have.
public struct WatchedPipeline: Sendable, Equatable {
    /// Names it among the repository's pipelines; no commit has a file of that name.
    public var path: String
    public var text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
