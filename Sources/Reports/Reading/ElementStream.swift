internal import XML

/// The elements of a document as they come, each with those that it is in.
struct ElementStream {
    enum Event {
        case start(XMLTag)
        /// The tag that ends, and the text directly in it, as far as it is kept.
        case end(XMLTag, text: String)
    }

    /// Bytes of an element's text that are kept.
    private static let longestText = 32 << 10

    private let reader: XMLReader
    private var open: [(tag: XMLTag, text: String)] = []

    init(_ reader: XMLReader) { self.reader = reader }

    /// The elements around what was told last: at a start those above it, at an end as well.
    var path: [String] { open.map(\.tag.name) }
    var parent: XMLTag? { open.last?.tag }
    var depth: Int { open.count }

    /// The nearest element of a name around what was told last.
    func ancestor(_ name: String) -> XMLTag? { open.last { $0.tag.name == name }?.tag }

    /// The elements of some names around what was told last, the outermost first.
    func ancestors(_ names: Set<String>) -> [XMLTag] { open.map(\.tag).filter { names.contains($0.name) } }

    /// - Parameter body: gets each event, with the elements around it.
    mutating func forEach(_ body: (Event, borrowing ElementStream) throws(ReportProblem) -> Void) throws(ReportProblem) {
        while let event = try next() {
            switch event {
            case .start(let tag):
                try body(.start(tag), self)
                open.append((tag, ""))
            case .text(let text):
                guard !open.isEmpty, open[open.count - 1].text.utf8.count < Self.longestText else { continue }
                open[open.count - 1].text += text.cut(to: Self.longestText)
            case .end:
                guard let (tag, text) = open.popLast() else { continue }
                try body(.end(tag, text: text), self)
            }
        }
    }

    private func next() throws(ReportProblem) -> XMLEvent? {
        do throws(XMLError) { return try reader.next() } catch { throw ReportProblem(error.problem, line: error.line) }
    }
}

extension XMLTag {
    /// A number, also with the commas that some write between thousands.
    func number(_ name: String) -> Double? { self[name].flatMap { Double($0.replacing(",", with: "")) } }

    func count(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    /// An attribute that says something.
    func text(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
