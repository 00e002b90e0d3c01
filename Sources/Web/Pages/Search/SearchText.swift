internal import Plan
internal import Store

/// What a person typed into the search box: words, `"several words"`, `#12`, and `branch:`, `actor:`, `workflow:`, `repo:`,
/// `commit:`, `event:`, `number:`, `title:` and `status:` before one.
struct SearchText: Sendable, Equatable {
    /// More would make a query that nobody types.
    private static let mostTerms = 12

    var terms: [RunSearch.Term] = []
    var status: Status?
    var conclusion: Conclusion?
    /// `#12` alone, or a number alone: the run that may be meant.
    var runID: Int64?
    /// What was not understood, in a sentence each.
    var problems: [String] = []

    private static let fields: [String: RunSearch.Field] = [
        "title": .title, "repo": .repository, "repository": .repository, "workflow": .workflow, "branch": .branch,
        "actor": .actor, "by": .actor, "event": .event, "commit": .commit, "sha": .commit, "number": .number,
    ]

    /// As the help names them.
    private static let qualifiers = ["branch", "actor", "workflow", "repo", "commit", "event", "number", "title", "status"]

    init(_ text: String) {
        let words = Self.words(of: text)
        for word in words.prefix(Self.mostTerms) { add(word) }
        if words.count > Self.mostTerms { problems.append("Only the first \(Self.mostTerms) words count.") }
        if words.count == 1, let number = Self.number(words[0]) { runID = number }
    }

    var isEmpty: Bool { terms.isEmpty && status == nil && conclusion == nil }

    private mutating func add(_ word: String) {
        if word.hasPrefix("#"), let number = Self.number(word) {
            terms.append(RunSearch.Term(String(number), in: .number))
            return
        }
        guard let colon = word.firstIndex(of: ":"), colon != word.startIndex else {
            terms.append(RunSearch.Term(word))
            return
        }
        let (name, value) = (word[..<colon].lowercased(), String(word[word.index(after: colon)...]))
        if name == "status" || name == "is" { return setStatus(value) }
        // A word with a colon in it, `fix:`, is a word.
        guard let field = Self.fields[name], !value.isEmpty else {
            terms.append(RunSearch.Term(word))
            if Self.looksLikeQualifier(name, value) {
                let known = Self.qualifiers.map { "\($0):" }.joined(separator: ", ")
                problems.append("\"\(name):\" is no qualifier, so \"\(word)\" was looked for as a word; there are \(known)")
            }
            return
        }
        terms.append(RunSearch.Term(value, in: field))
    }

    /// `foo:bar`, and neither `std::vector` nor `https://…`.
    private static func looksLikeQualifier(_ name: String, _ value: String) -> Bool {
        name.allSatisfy { $0.isLetter } && value.first.map { $0.isLetter || $0.isNumber } ?? false
    }

    private mutating func setStatus(_ word: String) {
        let word = word.lowercased()
        status = Status(rawValue: word)
        conclusion = status == nil ? Conclusion(rawValue: ["failed": "failure", "green": "success"][word] ?? word) : nil
        if status == nil, conclusion == nil {
            let known = Status.allCases.map(\.rawValue) + Conclusion.allCases.map(\.rawValue)
            problems.append("\"\(word)\" is no status; there are \(known.joined(separator: ", ")).")
        }
    }

    private static func number(_ word: String) -> Int64? {
        let digits = word.hasPrefix("#") ? word.dropFirst() : word[...]
        return digits.allSatisfy(\.isASCII) && !digits.hasPrefix("+") && !digits.hasPrefix("-") ? Int64(digits) : nil
    }

    /// SQLite would take a text up to its first zero byte for the whole.
    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }

    /// Split at spaces, but not within quotes, which are left out.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var (word, isQuoted) = ("", false)
        for character in text.prefix(400) {
            if character == "\"" {
                isQuoted.toggle()
            } else if isControl(character) || (character.isWhitespace && !isQuoted) {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
