/// One instruction of a Dockerfile, its lines put together.
public struct DockerfileInstruction: Sendable {
    /// In upper case.
    public let name: String
    /// Of its first line, from 1.
    public let line: Int
    /// `--from=build` and the like.
    public let options: [String]
    /// What follows them, without quotes.
    public let words: [String]
    /// What stands behind the words of COPY and ADD from a word on that begins with `#`; nil for none.
    let comment: String?
    /// Those whose text stands in the lines after it.
    private let hereDocuments: [HereDocument]

    /// Whether texts stand in the lines after it, as BuildKit alone takes them.
    public var hasHereDocument: Bool { !hereDocuments.isEmpty }

    func option(_ name: String) -> String? {
        options.first { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
    }

    /// Those of a file, in its order. Comments are none, nor is what here-documents hold.
    public static func all(of text: String) -> [DockerfileInstruction] {
        var found: [DockerfileInstruction] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? $0.dropLast() : $0 }
        let escape = escape(of: lines)
        var index = 0
        while index < lines.count {
            let start = index
            var whole = ""
            while index < lines.count {
                let line = lines[index].trimmed
                index += 1
                // Comments, and empty lines, stand between the lines of an instruction, too.
                if line.isEmpty || line.hasPrefix("#") {
                    if whole.isEmpty { break }
                    continue
                }
                guard line.last == escape else {
                    whole += line
                    break
                }
                whole += line.dropLast() + " "
            }
            guard let instruction = DockerfileInstruction(whole, line: start + 1) else { continue }
            found.append(instruction)
            for document in instruction.hereDocuments {
                while index < lines.count, !document.isEnded(by: lines[index]) { index += 1 }
                index += 1
            }
        }
        return found
    }

    private static func escape(of lines: [Substring]) -> Character {
        for line in lines {
            let line = line.trimmed
            guard line.hasPrefix("#") else { break }
            let parts = line.dropFirst().split(separator: "=").map { $0.trimmed }
            if parts.count == 2, parts[0].lowercased() == "escape", let character = parts[1].first { return character }
        }
        return "\\"
    }

    private init?(_ text: String, line: Int) {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.first else { return nil }
        self.name = name.uppercased()
        self.line = line
        words.removeFirst()
        options = Array(words.prefix { $0.hasPrefix("--") })
        words.removeFirst(options.count)
        // ["source", "target"]
        if words.first?.hasPrefix("[") == true {
            let list = words.joined(separator: " ")
            let parts = list.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            let rest = list.after("]")?.trimmed
            comment = rest.flatMap { $0.hasPrefix("#") ? String($0) : nil }
            words = parts.map { String($0.element) }
        } else {
            let isCopy = ["COPY", "ADD"].contains(self.name)
            let hash = isCopy ? words.indices.dropFirst().first { words[$0].hasPrefix("#") } : nil
            comment = hash.map { words[$0...].joined(separator: " ") }
            if let hash { words.removeSubrange(hash...) }
            words = words.map {
                $0.count >= 2 && $0.first == $0.last && "\"'".contains($0.first ?? " ") ? String($0.dropFirst().dropLast()) : $0
            }
        }
        self.words = words
        // ONBUILD keeps an instruction for later, with its texts.
        let instruction = self.name == "ONBUILD" ? words.first?.uppercased() ?? "" : self.name
        hereDocuments = HereDocument.instructions.contains(instruction) ? HereDocument.all(in: text) : []
    }
}

/// A text that stands in the lines after an instruction: `<<EOF`, `<<-"EOF"`, `3<<EOF`.
struct HereDocument: Equatable {
    /// The line that ends it.
    let end: String
    /// Whether tabs before that are left out.
    let stripsTabs: Bool

    /// Those that take such texts.
    static let instructions: Set<String> = ["RUN", "COPY", "ADD"]

    /// - Parameter word: with its quotes; nil where it begins none.
    init?(_ word: some StringProtocol) {
        var rest = word.drop { $0.isASCII && $0.isNumber }
        guard rest.hasPrefix("<<") else { return nil }
        rest = rest.dropFirst(2)
        stripsTabs = rest.first == "-"
        if stripsTabs { rest = rest.dropFirst() }
        end = String(rest.filter { !"\"'".contains($0) })
        guard !end.isEmpty, !rest.contains("<") else { return nil }
    }

    /// Of an instruction's text. What stands in quotes is of no meaning here, as in `RUN echo "<<EOF"`.
    static func all(in text: String) -> [HereDocument] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var isEscaped = false
        for character in text {
            if character.isWhitespace, quote == nil, !isEscaped {
                words.append(word)
                word = ""
                continue
            }
            word.append(character)
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, "\"'".contains(character) {
                quote = character
            }
        }
        return (words + [word]).compactMap { HereDocument($0) }
    }

    func isEnded(by line: Substring) -> Bool { (stripsTabs ? line.drop { $0 == "\t" } : line) == end }
}
