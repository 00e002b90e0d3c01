/// Paths as Go's `path/filepath` treats them, which is how Docker reads patterns.
enum PathText {
    /// The shortest path that means the same, by its text alone; `.` for an empty one.
    static func cleaned(_ path: String) -> String {
        let isRooted = path.utf8.first == slash
        var parts: [Substring.UTF8View] = []
        for part in path.utf8.split(separator: slash) where !part.elementsEqual(".".utf8) {
            guard part.elementsEqual("..".utf8) else {
                parts.append(part)
                continue
            }
            if let last = parts.last, !last.elementsEqual("..".utf8) {
                parts.removeLast()
            } else if !isRooted {
                parts.append(part)
            }
        }
        let joined = parts.map { String(Substring($0)) }.joined(separator: "/")
        if isRooted { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    /// Without white space at either end.
    static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(Substring(scalars))
    }

    /// The numbers of its characters, in which patterns are compared.
    static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    static let slash = UInt8(ascii: "/")
}
