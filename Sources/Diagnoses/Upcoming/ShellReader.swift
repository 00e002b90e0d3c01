/// The simple commands of a shell text, as far as they can be told without running it.
///
/// What makes commands run or not (`if`, loops, functions, groups, here-documents) ends the reading: what follows is not known.
struct ShellReader {
    /// What stands before or after a command.
    enum Joint {
        /// The text's begin or end, a line's end, `;`, `&` and `&&`: it runs, where nothing before it ended the script.
        case sequence
        case or
        case pipe
    }

    struct Word: Equatable {
        /// Nil where it holds what nobody knows before the text runs.
        var text: String?
        /// As it is written.
        var source: String
    }

    struct SimpleCommand {
        /// Without the assignments before it.
        var words: [Word] = []
        var assigned: [String] = []
        var before: Joint
        var after = Joint.sequence
        /// Whether its output goes into a file, which it makes.
        var writesFile = false
        /// The texts of `$(…)` and backticks.
        var substitutions: [String] = []

        /// Nil where it is not known.
        var name: String? { words.first?.text }
        fileprivate var isEmpty: Bool { words.isEmpty && assigned.isEmpty && !writesFile }
    }

    /// What a part of a word becomes; nil: nobody knows.
    private struct Expanded {
        var text: String?
    }

    private(set) var commands: [SimpleCommand] = []
    /// Whether the text was read to its end.
    private(set) var isWhole = true

    private static let reserved: Set<String> = [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function", "{", "}",
        "[[", "!", "exit", "return", "break", "continue",
    ]

    private let text: [Character]
    private let environment: [String: String]
    private var position = 0
    private var command = SimpleCommand(before: .sequence)
    /// Variables that the text itself sets.
    private var assigned: Set<String> = []

    /// - Parameter environment: what the shell finds there.
    init(_ text: String, environment: [String: String]) {
        self.text = Array(text)
        self.environment = environment
        read()
    }

    // MARK: - Commands

    private var next: Character? { position < text.count ? text[position] : nil }

    private func has(_ expected: String) -> Bool {
        text[position...].starts(with: Array(expected))
    }

    private mutating func read() {
        while let character = next {
            switch character {
            case _ where character.isNewline: end(.sequence, length: 1)
            case _ where character.isWhitespace: position += 1
            case "\\" where position + 1 < text.count && text[position + 1].isNewline: position += 2
            case "#": skipComment()
            case ";":
                if has(";;") { return stop() }
                end(.sequence, length: 1)
            case "&":
                if has("&>") {
                    guard redirect(digits: 0) else { return stop() }
                } else {
                    end(.sequence, length: has("&&") ? 2 : 1)
                }
            case "|": end(has("||") ? .or : .pipe, length: has("||") || has("|&") ? 2 : 1)
            case "(", ")": return stop()
            case "<", ">": guard redirect(digits: 0) else { return stop() }
            default: guard takeWord() else { return stop() }
            }
        }
        end(.sequence, length: 0)
    }

    private mutating func stop() { isWhole = false }

    private mutating func skipComment() {
        while let character = next, !character.isNewline { position += 1 }
    }

    private mutating func end(_ joint: Joint, length: Int) {
        position += length
        // A line may end behind an operator.
        guard !command.isEmpty else { return }
        command.after = joint
        assigned.formUnion(command.assigned)
        commands.append(command)
        command = SimpleCommand(before: joint)
    }

    /// - Returns: false for what ends the reading.
    private mutating func takeWord() -> Bool {
        if let digits = descriptor { return redirect(digits: digits) }
        let start = position
        guard let value = word() else { return false }
        let source = String(text[start..<position])
        if command.words.isEmpty {
            if Self.reserved.contains(source) { return false }
            if let name = Self.assignedName(source) {
                command.assigned.append(name)
                return true
            }
        } else if ["export", "readonly", "local", "declare", "typeset", "read", "unset"].contains(command.name ?? "") {
            command.assigned.append(String(source.prefix { $0 != "=" }))
        }
        command.words.append(Word(text: value.text, source: source))
        return true
    }

    private static func assignedName(_ word: String) -> String? {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        let name = word[..<equals].hasSuffix("+") ? word[..<equals].dropLast() : word[..<equals]
        guard let first = name.first, !first.isNumber, name.allSatisfy(Self.isNamePart) else { return nil }
        return String(name)
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    // MARK: - Redirections

    /// How many digits stand before `<` or `>` here; nil where it is no redirection.
    private var descriptor: Int? {
        let digits = text[position...].prefix { $0.isASCII && $0.isNumber }.count
        guard digits > 0, position + digits < text.count, "<>".contains(text[position + digits]) else { return nil }
        return digits
    }

    private mutating func redirect(digits: Int) -> Bool {
        position += digits
        guard !has("<<"), !has("<("), !has(">(") else { return false }
        let writes = next != "<"
        while let character = next, "<>&|".contains(character) { position += 1 }
        while next == " " || next == "\t" { position += 1 }
        guard let target = word() else { return false }
        guard writes else { return true }
        let name = target.text ?? ""
        let isNoFile = name.hasPrefix("/dev/") || !name.isEmpty && name.allSatisfy { $0.isNumber || $0 == "-" }
        if !isNoFile { command.writesFile = true }
        return true
    }

    // MARK: - Words

    /// - Returns: nil for what ends the reading.
    private mutating func word() -> Expanded? {
        var value: String? = ""
        var isEmpty = true
        while let character = next, !character.isWhitespace, !"|&;()<>".contains(character) {
            isEmpty = false
            switch character {
            case "'":
                guard let close = text[(position + 1)...].firstIndex(of: "'") else { return nil }
                value?.append(contentsOf: String(text[(position + 1)..<close]))
                position = close + 1
            case "\"": guard quoted(into: &value) else { return nil }
            case "\\":
                guard position + 1 < text.count else { return nil }
                if !text[position + 1].isNewline { value?.append(text[position + 1]) }
                position += 2
            case "$", "`":
                guard let expanded = expansion() else { return nil }
                // The shell splits it into words, or finds files by it.
                if let found = expanded.text, !found.isEmpty, !found.contains(where: { $0.isWhitespace || "*?[".contains($0) }) {
                    value?.append(found)
                } else {
                    value = nil
                }
            case "*", "?", "[", "{", "~":
                // It may be the name of many files, many words, or a home.
                if character != "~" || value?.isEmpty == true { value = nil }
                position += 1
            default:
                value?.append(character)
                position += 1
            }
        }
        return isEmpty ? nil : Expanded(text: value)
    }

    private mutating func quoted(into value: inout String?) -> Bool {
        position += 1
        while let character = next {
            switch character {
            case "\"":
                position += 1
                return true
            case "\\" where position + 1 < text.count:
                let escaped = text[position + 1]
                if !"$`\"\\".contains(escaped), !escaped.isNewline { value?.append("\\") }
                if !escaped.isNewline { value?.append(escaped) }
                position += 2
            case "$", "`":
                guard let expanded = expansion() else { return false }
                value = expanded.text.flatMap { found in value.map { $0 + found } }
            default:
                value?.append(character)
                position += 1
            }
        }
        return false
    }

    /// Takes `$NAME`, `${…}`, `$(…)` or `` `…` ``.
    ///
    /// - Returns: what it becomes, as far as that is known; nil for what ends the reading.
    private mutating func expansion() -> Expanded? {
        if next == "`" {
            guard let close = text[(position + 1)...].firstIndex(of: "`") else { return nil }
            command.substitutions.append(String(text[(position + 1)..<close]))
            position = close + 1
            return Expanded(text: nil)
        }
        position += 1
        switch next {
        case "(":
            guard let inner = bracketed("(", ")") else { return nil }
            // `$((…))` is arithmetic.
            if inner.first != "(" { command.substitutions.append(inner) }
            return Expanded(text: nil)
        case "{":
            guard let inner = bracketed("{", "}") else { return nil }
            guard inner.allSatisfy(Self.isNamePart) else {
                // Its default may run others.
                return inner.contains { "`(".contains($0) } ? nil : Expanded(text: nil)
            }
            return Expanded(text: value(of: inner))
        case .some(let character) where Self.isNamePart(character) && !character.isNumber:
            let name = String(text[position...].prefix(while: Self.isNamePart))
            position += name.count
            return Expanded(text: value(of: name))
        case .some(let character) where "?@*#$!-0123456789".contains(character):
            position += 1
            return Expanded(text: nil)
        case "'": return nil
        default: return Expanded(text: "$")
        }
    }

    private func value(of name: String) -> String? {
        assigned.contains(name) || command.assigned.contains(name) ? nil : environment[name]
    }

    /// Takes what stands in brackets, which may have others in them. Quotes are minded.
    private mutating func bracketed(_ open: Character, _ close: Character) -> String? {
        let start = position + 1
        var depth = 0
        var quote: Character?
        while let character = next {
            if character == "\\", quote != "'" {
                position += 2
                continue
            }
            if let inner = quote {
                if character == inner { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == open {
                depth += 1
            } else if character == close {
                depth -= 1
                if depth == 0 {
                    position += 1
                    return String(text[start..<(position - 1)])
                }
            }
            position += 1
        }
        return nil
    }
}
