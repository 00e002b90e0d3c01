/// An element with all that is in it, for documents that are small enough to be held as a whole.
public struct XMLElement: Sendable, Equatable {
    public var tag: XMLTag
    public var children: [XMLElement] = []
    /// The text directly in it, that between its children put together.
    public var text = ""

    public init(tag: XMLTag) { self.tag = tag }

    public var name: String { tag.name }

    /// The value of an attribute; nil where there is none.
    public subscript(attribute name: String) -> String? { tag[name] }

    /// The first child of a name.
    public func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// Every child of a name, in their order.
    public func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of what these names lead to, one below the other.
    public func text(at path: String...) -> String? {
        var element: XMLElement? = self
        for name in path { element = element?.child(name) }
        return element?.text
    }

    /// The document's outermost element.
    ///
    /// - Parameter name: what the document is called in messages.
    public static func parse(_ bytes: [UInt8], name: String) throws(XMLError) -> XMLElement {
        let reader = try XMLReader(bytes, name: name)
        var open: [XMLElement] = []
        var root: XMLElement?
        while let event = try reader.next() {
            switch event {
            case .start(let tag): open.append(XMLElement(tag: tag))
            case .text(let text): if !open.isEmpty { open[open.count - 1].text += text }
            case .end:
                guard let element = open.popLast() else { continue }
                if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
            }
        }
        guard let root else { throw XMLError(name: name, problem: "it holds no element") }
        return root
    }
}
