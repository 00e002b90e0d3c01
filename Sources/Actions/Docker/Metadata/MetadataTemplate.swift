internal import Execution

/// Text with `{{name}}` and `{{name 'argument' option='value'}}` in it, as `docker/metadata-action` has it.
struct MetadataTemplate {
    /// What stands between the braces.
    struct Call {
        var name: String
        var argument: String?
        var options: [String: String] = [:]
    }

    let text: String

    /// - Parameter value: what a name stands for; nil for one that is not known.
    func filled(_ value: (Call) throws(ActionFailure) -> String?) throws(ActionFailure) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            result += rest[..<start.lowerBound]
            let call = try Self.call(rest[start.upperBound..<end.lowerBound], in: text)
            guard let found = try value(call) else {
                throw ActionFailure("\"\(text)\" has {{\(call.name)}}, which is not known here")
            }
            result += found
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// The only name in the text, where it is nothing else.
    var onlyName: String? {
        guard text.hasPrefix("{{"), text.hasSuffix("}}"), let call = try? Self.call(text.dropFirst(2).dropLast(2), in: text)
        else {
            return nil
        }
        return call.name
    }

    private static func call(_ source: Substring, in text: String) throws(ActionFailure) -> Call {
        let words = words(of: source)
        guard let name = words.first else { throw ActionFailure("\"\(text)\" has nothing between its braces") }
        var call = Call(name: name)
        for word in words.dropFirst() {
            if let pair = InputList.pair(word), !word.hasPrefix("'"), !word.hasPrefix("\"") {
                guard pair.name == "tz" else { throw ActionFailure("\"\(text)\": Unknown \(pair.name) attribute") }
                call.options[pair.name] = unquoted(pair.value)
            } else {
                call.argument = unquoted(word)
            }
        }
        return call
    }

    /// Parted by blanks that are in no quotes.
    private static func words(of source: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in source {
            if character.isWhitespace, quote == nil {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if character == quote { quote = nil } else if quote == nil, "'\"".contains(character) { quote = character }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func unquoted(_ word: String) -> String {
        guard word.count >= 2, let first = word.first, "'\"".contains(first), word.last == first else { return word }
        return String(word.dropFirst().dropLast())
    }
}
