/// Makes others' HTML fit for a page: it is taken apart and written anew from a list of allowed elements and attributes.
///
/// What comes out
/// - holds no script, style, frame, form, handler or class of its author's, and no address but of `http`, `https`, `mailto`
///   and places in the text itself; images only where they are in the text (`data:`), others become links;
/// - has every element closed that it opens, and none more, so that it can't end what it stands in;
/// - has its headings below those of the page, and its ids with a prefix, so that they are nobody else's.
public struct HTMLSanitizer: Sendable {
    /// Elements in one another; what would be deeper loses its tags.
    static let deepest = 48

    /// Stands before every id.
    let idPrefix: String
    /// How many levels the headings are moved down.
    let headingShift: Int

    /// - Parameter idPrefix: letters, digits and hyphens.
    public init(idPrefix: String, headingShift: Int = 3) {
        self.idPrefix = idPrefix
        self.headingShift = headingShift
    }

    public func sanitized(_ html: String) -> String {
        var tokens = HTMLTokenizer(html)
        var writer = HTMLWriter(idPrefix: idPrefix, headingShift: headingShift)
        while let token = tokens.next() {
            switch token {
            case .text(let bytes):
                writer.text(bytes)
            case .end(let name):
                writer.end(HTMLElements.synonyms[name] ?? name)
            case .start(let name, let attributes):
                if HTMLElements.opaque.contains(name) {
                    tokens.skipContent(of: name)
                } else if HTMLElements.foreign.contains(name) {
                    Self.skip(name, in: &tokens)
                } else {
                    var attributes = attributes
                    if name == "center", attributes["align"] == nil { attributes["align"] = "center" }
                    writer.start(HTMLElements.synonyms[name] ?? name, attributes)
                }
            }
        }
        return HTMLAlerts.marked(writer.finish())
    }

    /// Leaves out an element with all that is in it.
    private static func skip(_ name: String, in tokens: inout HTMLTokenizer) {
        var depth = 1
        while depth > 0, let token = tokens.next() {
            switch token {
            case .start(let other, _) where other == name: depth += 1
            case .start(let other, _) where HTMLElements.opaque.contains(other): tokens.skipContent(of: other)
            case .end(let other) where other == name: depth -= 1
            default: break
            }
        }
    }
}
