/// The images that a shell script pushes with the `docker` command, as far as its text tells before it runs.
struct PushedNames {
    /// Names with what variables have in them; the tag is left out.
    private(set) var names: [String] = []
    /// Whether each line is sure to run and its failure to end the script.
    private(set) var isPlain: Bool

    /// With which a line of a script may be skipped, or its failure taken for none.
    private static let branches = ["if ", "for ", "while ", "until ", "case ", "function ", "set +e", "trap ", "exit", "return"]

    /// - Parameter variables: what the script finds in its environment, as far as it is known.
    init(in script: String, variables: [String: String]) {
        let lines = script.split(whereSeparator: \.isNewline).map(String.init)
        isPlain = !lines.contains { line in
            let text = line.drop(while: \.isWhitespace)
            return Self.branches.contains { text.hasPrefix($0) } || text.contains("() {") || text.contains("<<")
        }
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace)
            let command = words.prefix { $0 != "push" }.map(String.init)
            let image = words.dropFirst(command.count + 1).first { !$0.hasPrefix("-") }
            guard command == ["docker"] || command == ["docker", "image"], let image else { continue }
            if line.first?.isWhitespace == true || line.contains(where: { "|&;<>`\\".contains($0) }) || line.contains("$(") {
                isPlain = false
            }
            // What the script sets itself is not what it finds.
            let found = variables.filter { !script.contains("\($0.key)=") }
            if let name = Self.text(of: String(image), found, withoutTag: true) { names.append(name) }
        }
    }

    /// What a word of the script stands for; nil where it is more than text, quotes and variables whose values are known.
    static func text(of word: String, _ variables: [String: String], withoutTag: Bool = false) -> String? {
        var word = word[...]
        for quote in ["\"", "'"] where word.count > 1 && word.hasPrefix(quote) && word.hasSuffix(quote) {
            guard quote == "\"" || !word.contains("$") else { return nil }
            word = word.dropFirst().dropLast()
        }
        // What follows is the tag, whatever it is.
        if withoutTag, let colon = word.lastIndex(of: ":"), !word[colon...].contains("/") { word = word[..<colon] }
        var name = ""
        while let dollar = word.firstIndex(of: "$") {
            name += word[..<dollar]
            var rest = word[word.index(after: dollar)...]
            let isBraced = rest.first == "{"
            if isBraced { rest.removeFirst() }
            let variable = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            rest = rest.dropFirst(variable.count)
            if isBraced {
                guard rest.first == "}" else { return nil }
                rest.removeFirst()
            }
            guard let value = variables[variable], !value.isEmpty else { return nil }
            name += value
            word = rest
        }
        name += word
        return name.contains { "\"'{}*?".contains($0) } ? nil : name
    }
}
