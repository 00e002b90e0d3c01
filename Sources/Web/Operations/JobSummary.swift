/// What the steps of one job wrote about their work.
public struct JobSummary: Sendable, Equatable {
    /// Markdown as they wrote it; the beginning where it is longer than is shown.
    public var text: String
    /// The same as HTML that was sanitised: it holds nothing but allowed elements, each closed, and fits a page whose policy
    /// allows no inline script. Nil where it could not be rendered.
    public var html: String?
    /// Bytes of the whole.
    public var size: Int64

    public init(text: String, html: String?, size: Int64) {
        self.text = text
        self.html = html
        self.size = size
    }

    public var isCut: Bool { text.utf8.count < size }
}
