/// A commit as a line of a list.
public struct CommitLine: Sendable, Equatable {
    public var id: String
    /// The first line of its message.
    public var title: String
    public var author: String

    public init(id: String, title: String, author: String) {
        self.id = id
        self.title = title
        self.author = author
    }
}
