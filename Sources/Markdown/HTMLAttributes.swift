/// Decides about the attributes of one element.
struct HTMLAttributes {
    /// Links of strangers are no recommendation, and what they open knows nothing of this page.
    static let relation = "nofollow noopener noreferrer"

    let idPrefix: String

    /// What may stand there, escaped, in a fixed order. An empty value is that of a flag.
    func kept(
        of attributes: [String: String], on element: String, allowed: Set<String>
    ) -> [(name: String, value: String)] {
        var kept: [(name: String, value: String)] = []
        for name in allowed.sorted() {
            guard let value = attributes[name], let written = written(name, value, on: element) else { continue }
            kept.append((name, HTMLEscaping.attribute(written)))
        }
        if element == "a", kept.contains(where: { $0.name == "href" }) { kept.append(("rel", Self.relation)) }
        if element == "input" { kept += [("disabled", ""), ("aria-label", attributes["checked"] == nil ? "not done" : "done")] }
        if HTMLElements.aligned.contains(element), let align = attributes["align"].flatMap(Self.alignment) {
            kept.append(("align", align))
        }
        if HTMLElements.named.contains(element), let id = attributes["id"] ?? attributes["name"], let own = identifier(id) {
            kept.append(("id", own))
        }
        return kept
    }

    private func written(_ name: String, _ value: String, on element: String) -> String? {
        switch name {
        case "href":
            if value.hasPrefix("#") { return identifier(String(value.dropFirst())).map { "#\($0)" } }
            return HTMLAddress.link(value)
        case "type": return "checkbox"
        case "checked", "open", "reversed": return ""
        case "title": return value.isEmpty ? nil : value
        case "scope": return ["row", "col", "rowgroup", "colgroup"].contains(value) ? value : nil
        case "width", "height": return Self.length(value)
        case "colspan", "rowspan": return Int(value).map { String(min(max($0, 1), 200)) }
        case "start", "value": return Int(value).map { String($0) }
        default: return nil
        }
    }

    /// With the prefix; nil for what is no simple name.
    private func identifier(_ text: String) -> String? {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.:".unicodeScalars.contains(scalar)
        }
        return isPlain && !text.isEmpty && text.utf8.count <= 100 ? idPrefix + text : nil
    }

    private static func alignment(_ text: String) -> String? {
        ["left", "right", "center", "justify"].first { $0 == text.lowercased() }
    }

    /// `120` or `50%`.
    private static func length(_ text: String) -> String? {
        let digits = text.hasSuffix("%") ? text.dropLast() : text.hasSuffix("px") ? text.dropLast(2) : text[...]
        guard let number = Int(digits), number > 0, number <= 10_000 else { return nil }
        return text.hasSuffix("%") ? "\(min(number, 100))%" : String(number)
    }
}

/// Addresses in others' HTML.
enum HTMLAddress {
    private static let longest = 4096

    /// What a link may lead to.
    static func link(_ text: String) -> String? {
        let address = normalized(text)
        let isMail = address.lowercased().hasPrefix("mailto:") && address.utf8.count <= longest
        return isMail ? address : remote(text)
    }

    /// `http://…` or `https://…`
    static func remote(_ text: String) -> String? {
        let address = normalized(text)
        let start = address.prefix(8).lowercased()
        guard start.hasPrefix("https://") || start.hasPrefix("http://"), address.utf8.count <= longest else { return nil }
        return address
    }

    /// An image that is in its address: `data:image/png;base64,…`. SVG is a program of its own.
    static func image(_ text: String) -> String? {
        let address = normalized(text)
        guard let comma = address.firstIndex(of: ",") else { return nil }
        let kinds = ["png", "jpeg", "gif", "webp"].map { "data:image/\($0);base64" }
        guard kinds.contains(address[..<comma].lowercased()) else { return nil }
        let isBase64 = address[address.index(after: comma)...].utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
        }
        return isBase64 ? address : nil
    }

    /// As a browser reads it: without blanks and control characters around it, and without line ends and tabs in it.
    private static func normalized(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { $0 != "\t" && $0 != "\n" && $0 != "\r" }
        let trimmed = scalars.drop { $0.value <= 32 }.reversed().drop { $0.value <= 32 }.reversed()
        var address = String.UnicodeScalarView()
        for scalar in trimmed {
            address.append(contentsOf: scalar.value <= 32 ? "%20".unicodeScalars : String(scalar).unicodeScalars)
        }
        return String(address)
    }
}
