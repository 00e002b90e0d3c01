internal import FoundationEssentials

/// The strings in a JSON object or array, however deep; keys are no secrets and stay out.
struct JSONStrings: Decodable {
    private var strings: [String] = []

    /// Empty if `text` is not a JSON object or array.
    static func strings(in text: String) -> [String] {
        let opening = text.unicodeScalars.first { !$0.properties.isWhitespace }
        guard opening == "{" || opening == "[" else { return [] }
        let tree = try? JSONDecoder().decode(JSONStrings.self, from: Data(text.utf8))
        return tree?.strings ?? []
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: MemberKey.self) {
            for key in members.allKeys {
                strings += try members.decode(JSONStrings.self, forKey: key).strings
            }
        } else if var elements = try? decoder.unkeyedContainer() {
            while !elements.isAtEnd {
                strings += try elements.decode(JSONStrings.self).strings
            }
        } else if let text = try? decoder.singleValueContainer().decode(String.self) {
            strings = [text]
        }
    }

    private struct MemberKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
