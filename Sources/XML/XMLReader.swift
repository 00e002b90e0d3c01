internal import CLibXML

/// What a document says at one place, in its order.
public enum XMLEvent: Equatable, Sendable {
    /// An element begins. One without content is followed by its end as well.
    case start(XMLTag)
    /// The element of this name ends.
    case end(String)
    /// Text between tags, also of a CDATA section; entities that XML itself knows are replaced. May come in several pieces.
    case text(String)
}

/// The begin of an element. Names are without their namespace's prefix.
public struct XMLTag: Equatable, Sendable {
    public let name: String
    /// In the order of the document.
    public let attributes: [(name: String, value: String)]
    /// Of the document, from 1.
    public let line: Int

    public init(name: String, attributes: [(name: String, value: String)] = [], line: Int = 1) {
        self.name = name
        self.attributes = attributes
        self.line = line
    }

    /// The value of an attribute; nil where there is none.
    public subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    public static func == (left: XMLTag, right: XMLTag) -> Bool {
        left.name == right.name && left.line == right.line
            && left.attributes.elementsEqual(right.attributes) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Reads a document from its begin to its end, in memory that does not grow with it.
///
/// It may be written by a stranger: nothing is fetched, entities of the document's own are refused, elements are nested 256 deep
/// at most, and one text has at most 10 MB. Used by one thread at a time.
public final class XMLReader {
    private static let isLibraryReady: Bool = {
        xmlInitParser()
        return true
    }()
    private static let deepest = 256

    private let reader: OpaquePointer
    private let name: String
    private let bytes: UnsafeMutableBufferPointer<CChar>?
    /// The end of an element without content, which libxml2 does not tell of.
    private var pendingEnd: String?
    private var isOver = false

    /// - Parameter name: what the document is called in messages.
    public init(_ bytes: [UInt8], name: String) throws(XMLError) {
        precondition(Self.isLibraryReady)
        self.name = name
        guard !bytes.isEmpty else { throw XMLError(name: name, problem: "it is empty") }
        guard bytes.count <= Int32.max else { throw XMLError(name: name, problem: "it is larger than 2 GiB") }
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
        _ = copy.initialize(from: bytes.lazy.map { CChar(bitPattern: $0) })
        self.bytes = copy
        guard let reader = xmlReaderForMemory(copy.baseAddress, Int32(copy.count), nil, nil, slipway_xml_options()) else {
            copy.deallocate()
            throw XMLError(name: name, problem: "libxml2 has no memory for it")
        }
        self.reader = reader
    }

    /// - Parameter descriptor: read from where it stands; stays open, and must do so while this lives.
    public init(descriptor: Int32, name: String) throws(XMLError) {
        precondition(Self.isLibraryReady)
        self.name = name
        bytes = nil
        guard let reader = xmlReaderForFd(descriptor, nil, nil, slipway_xml_options()) else {
            throw XMLError(name: name, problem: "libxml2 has no memory for it")
        }
        self.reader = reader
    }

    deinit {
        xmlFreeTextReader(reader)
        bytes?.deallocate()
    }

    /// The next event; nil at the end of the document.
    public func next() throws(XMLError) -> XMLEvent? {
        if let end = pendingEnd {
            pendingEnd = nil
            return .end(end)
        }
        while !isOver {
            switch xmlTextReaderRead(reader) {
            case 1: if let event = try event() { return event }
            case 0: isOver = true
            default: throw libraryFailure()
            }
        }
        return nil
    }

    private func event() throws(XMLError) -> XMLEvent? {
        switch UInt32(bitPattern: xmlTextReaderNodeType(reader)) {
        case XML_READER_TYPE_ELEMENT.rawValue: return try start()
        case XML_READER_TYPE_END_ELEMENT.rawValue: return .end(localName)
        case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
            XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue, XML_READER_TYPE_WHITESPACE.rawValue:
            return .text(Self.text(xmlTextReaderConstValue(reader)))
        case XML_READER_TYPE_DOCUMENT_TYPE.rawValue:
            guard !declaresEntities else { throw failure("it declares entities of its own, which are not put in place") }
            return nil
        case XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
            throw failure("the entity &\(localName); is not known")
        default: return nil
        }
    }

    private func start() throws(XMLError) -> XMLEvent {
        guard xmlTextReaderDepth(reader) < Self.deepest else { throw failure("its elements are nested too deep") }
        let name = localName
        // Of the node: the parser itself has read on.
        let line = Int(xmlGetLineNo(xmlTextReaderCurrentNode(reader)))
        let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
        var attributes: [(name: String, value: String)] = []
        while true {
            let moved = xmlTextReaderMoveToNextAttribute(reader)
            guard moved == 1 else {
                if moved < 0 { throw libraryFailure() }
                break
            }
            if xmlTextReaderIsNamespaceDecl(reader) != 1 {
                attributes.append((localName, Self.text(xmlTextReaderConstValue(reader))))
            }
        }
        xmlTextReaderMoveToElement(reader)
        if isEmpty { pendingEnd = name }
        return .start(XMLTag(name: name, attributes: attributes, line: line))
    }

    /// Whether the document type at hand has entities in it. What is named by it elsewhere was not fetched.
    private var declaresEntities: Bool {
        guard let node = xmlTextReaderCurrentNode(reader), node.pointee.type == XML_DTD_NODE else { return false }
        return UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlDtd.self).pointee.entities != nil
    }

    private var localName: String { Self.text(xmlTextReaderConstLocalName(reader)) }

    private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    private func failure(_ problem: String) -> XMLError {
        XMLError(name: name, line: Int(xmlTextReaderGetParserLineNumber(reader)), problem: problem)
    }

    /// What libxml2 says of the call that just failed on this thread.
    private func libraryFailure() -> XMLError {
        isOver = true
        guard let error = xmlGetLastError(), let message = error.pointee.message else { return failure("it is damaged") }
        var problem = String(cString: message)
        while problem.last?.isWhitespace == true { problem.removeLast() }
        return XMLError(name: name, line: Int(error.pointee.line), problem: problem)
    }
}
