/// Parts of a URL.
enum URLText {
    /// Everything but unreserved characters (RFC 3986) percent-encoded.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var output = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": output.unicodeScalars.append(scalar)
            default: output += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return output
    }

    /// A path with the fields that have a value: `/api/v1/runs?limit=5`.
    static func path(_ path: String, query: [(name: String, value: String?)] = []) -> String {
        let fields = query.compactMap { field in field.value.map { "\(field.name)=\(encoded($0))" } }
        return fields.isEmpty ? path : "\(path)?\(fields.joined(separator: "&"))"
    }

    /// A repository's name in a path: its slashes separate parts.
    static func repository(_ name: String) -> String {
        name.split(separator: "/").map { encoded(String($0)) }.joined(separator: "/")
    }
}
