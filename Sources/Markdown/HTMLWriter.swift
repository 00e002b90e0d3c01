/// Writes allowed elements so that each is closed where a browser would close it.
struct HTMLWriter {
    private let idPrefix: String
    private let headingShift: Int
    private var output: [UInt8] = []
    /// The elements that are open, the innermost last.
    private var open: [String] = []
    private var detailsCount = 0

    init(idPrefix: String, headingShift: Int) {
        self.idPrefix = idPrefix
        self.headingShift = headingShift
    }

    mutating func text(_ bytes: [UInt8]) {
        let isCode = open.contains("code") || open.contains("pre")
        output += HTMLEscaping.text(isCode ? bytes : EmojiNames.replaced(in: bytes))
    }

    mutating func start(_ name: String, _ attributes: [String: String]) {
        guard let allowed = HTMLElements.attributes[name] else { return }
        if name == "img" { return image(attributes) }
        if name == "input", attributes["type"]?.lowercased() != "checkbox" { return }
        closeBefore(name)
        let isVoid = HTMLElements.void.contains(name)
        guard HTMLElements.mayStand(name, in: open.last), isVoid || open.count < HTMLSanitizer.deepest else { return }
        write("<\(tagName(name))")
        if HTMLElements.headings.contains(name) { write(" class=\"md-\(name)\"") }
        let reader = HTMLAttributes(idPrefix: idPrefix)
        for (attribute, value) in reader.kept(of: attributes, on: name, allowed: allowed) {
            write(value.isEmpty ? " \(attribute)" : " \(attribute)=\"\(value)\"")
        }
        // The keyboard alone has to be able to scroll what is wider than the page.
        if HTMLElements.scrolled.contains(name) { write(" tabindex=\"0\"") }
        if name == "details" {
            // So that a page which is shown anew knows which ones its reader has opened.
            detailsCount += 1
            write(" id=\"\(idPrefix)details-\(detailsCount)\"")
        }
        write(">")
        if !isVoid { open.append(name) }
    }

    mutating func end(_ name: String) {
        guard let place = place(of: name) else { return }
        while open.count > place { close() }
    }

    mutating func finish() -> String {
        while !open.isEmpty { close() }
        return String(decoding: output, as: UTF8.self)
    }

    // MARK: - What is open

    /// Where the element is that an end tag closes. A cell or a table is not left by the end of anything around it.
    private func place(of name: String) -> Int? {
        let isTablePart = HTMLElements.tableFrames.contains(name) || HTMLElements.cells.contains(name) || name == "caption"
        for place in open.indices.reversed() {
            let other = open[place]
            if other == name { return place }
            if other == "table" || !isTablePart && (HTMLElements.cells.contains(other) || other == "caption") { return nil }
        }
        return nil
    }

    /// Closes what can't go on where this element begins.
    private mutating func closeBefore(_ name: String) {
        switch name {
        case "li": closeNearest(["li"], within: ["ul", "ol"])
        case "dt", "dd": closeNearest(["dt", "dd"], within: ["dl"])
        case "td", "th": closeNearest(HTMLElements.cells, within: ["tr", "table"])
        case "tr": closeNearest(["tr", "caption"], within: ["table"])
        case "thead", "tbody", "tfoot": closeNearest(HTMLElements.rowGroups.union(["caption", "tr"]), within: ["table"])
        case "a": closeNearest(["a"], within: HTMLElements.cells)
        default: break
        }
        guard HTMLElements.blocks.contains(name) else { return }
        closeNearest(["p"], within: HTMLElements.blocks.subtracting(["p"]).union(HTMLElements.cells).union(["li", "dd", "dt"]))
        if HTMLElements.headings.contains(name) { closeNearest(HTMLElements.headings, within: HTMLElements.blocks) }
    }

    /// Closes the outermost of these elements that is not outside of one of the others.
    private mutating func closeNearest(_ names: Set<String>, within boundaries: Set<String>) {
        var found: Int?
        for place in open.indices.reversed() {
            if names.contains(open[place]) { found = place } else if boundaries.contains(open[place]) { break }
        }
        guard let found else { return }
        while open.count > found { close() }
    }

    private mutating func close() {
        guard let name = open.popLast() else { return }
        write("</\(tagName(name))>")
    }

    private func tagName(_ name: String) -> String {
        guard HTMLElements.headings.contains(name), let level = name.last?.wholeNumberValue else { return name }
        return "h\(min(level + headingShift, 6))"
    }

    // MARK: - Images

    /// The page loads nothing from elsewhere: an image that is elsewhere becomes a link to it.
    private mutating func image(_ attributes: [String: String]) {
        closeBefore("img")
        guard HTMLElements.mayStand("img", in: open.last) else { return }
        let description = attributes["alt"] ?? ""
        let reader = HTMLAttributes(idPrefix: idPrefix)
        if let source = attributes["src"].flatMap(HTMLAddress.image) {
            write("<img src=\"\(HTMLEscaping.attribute(source))\" alt=\"\(HTMLEscaping.attribute(description))\"")
            for (name, value) in reader.kept(of: attributes, on: "img", allowed: ["title", "width", "height"]) {
                write(" \(name)=\"\(value)\"")
            }
            return write(" loading=\"lazy\">")
        }
        let label = HTMLEscaping.attribute(description.isEmpty ? "image" : description)
        if !open.contains("a"), let source = attributes["src"].flatMap(HTMLAddress.remote) {
            write(
                "<a class=\"image-link\" href=\"\(HTMLEscaping.attribute(source))\" rel=\"\(HTMLAttributes.relation)\">\(label)</a>"
            )
        } else {
            write("<span class=\"image-link\">\(label)</span>")
        }
    }

    private mutating func write(_ text: String) { output += Array(text.utf8) }
}
