/// The names of the blocks that make a file, as a "Put Block List" call gives them.
///
/// The document has one level of elements with text in them, and the names are Base64: this reads just that.
/// See https://learn.microsoft.com/rest/api/storageservices/put-block-list.
enum BlockList {
    private static let kinds = ["Latest", "Uncommitted", "Committed"]

    static func names(in text: String) throws(ServiceRefusal) -> [String] {
        guard let start = text.firstRange(of: "<BlockList"), let open = text[start.upperBound...].firstIndex(of: ">") else {
            throw malformed("there is no BlockList")
        }
        if text[..<open].hasSuffix("/") { return [] }
        var names: [String] = []
        var rest = text[text.index(after: open)...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("</BlockList>") { return names }
            guard let kind = kinds.first(where: { rest.hasPrefix("<\($0)>") }) else {
                throw malformed("found \"\(rest.prefix(40))\"")
            }
            rest = rest.dropFirst(kind.count + 2)
            guard let end = rest.firstIndex(of: "<"), rest[end...].hasPrefix("</\(kind)>") else {
                throw malformed("<\(kind)> does not end")
            }
            let name = String(rest[..<end].drop(while: \.isWhitespace))
            names.append(name)
            guard names.count <= Upload.mostPieces else { throw malformed("it has more than \(Upload.mostPieces) blocks") }
            rest = rest[end...].dropFirst(kind.count + 3)
        }
    }

    private static func malformed(_ reason: String) -> ServiceRefusal {
        ServiceRefusal(status: 400, code: "InvalidXmlDocument", message: "the list of blocks can't be read: \(reason)")
    }
}
