internal import Plan

/// The images that a build's commands push with the `docker` command, as far as their text tells before they run.
///
/// The commands of one phase and of those before it share a shell, so that a push finds what an earlier one assigned.
struct CommandPushes {
    /// Names that are sure to be pushed to, where nothing before fails.
    private(set) var sure: [String] = []
    /// Those of pushes that may be left out, or whose failure may count for nothing.
    private(set) var possible: [String] = []

    /// What sets variables that no text tells, or makes something else of `docker`.
    private static let concealing = ["source ", ". ", "eval ", "read ", "unset ", "export $", "declare ", "alias "]

    /// - Parameters:
    ///   - earlier: the blocks before this one.
    ///   - variables: what the commands find in their environment, as far as it is known.
    init(of block: CommandBlock, after earlier: [CommandBlock], variables: [String: String]) {
        let texts = (earlier + [block]).flatMap(Self.texts)
        let conceals = texts.flatMap(Self.lines).contains { line in
            line.contains("docker()")
                || line.split { "|&;(){}".contains($0) }.contains { part in
                    Self.concealing.contains(where: InputList.trimmed(String(part)).hasPrefix)
                }
        }
        guard !conceals else { return }
        let known = Self.assigned(by: texts, isLasting: !block.isIsolated, over: variables)
        var mayEnd = earlier.flatMap(Self.texts).contains(where: Self.mayEndWell)
        for text in Self.texts(of: block) {
            let pushed = PushedNames(in: text, variables: known)
            // Of a command of several lines, the last one's status counts.
            if pushed.isPlain, !mayEnd, Self.lines(of: text).count == 1 {
                sure += pushed.names
            } else {
                possible += pushed.names
            }
            mayEnd = mayEnd || Self.mayEndWell(text)
        }
    }

    private static func texts(of block: CommandBlock) -> [String] { (block.commands + block.finally).map(\.text) }

    private static func lines(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { InputList.trimmed(String($0)) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    /// Whether a command may end its phase without a failure, before the commands that follow.
    private static func mayEndWell(_ text: String) -> Bool {
        let words = text.split { $0.isWhitespace || ";&|(){}".contains($0) }
        return words.indices.contains { index in
            guard ["exit", "return", "exec"].contains(words[index]) else { return false }
            guard index + 1 < words.endIndex, let status = Int(words[index + 1]) else { return true }
            return status == 0
        }
    }

    /// The variables that are known at the push: those that nothing in the commands touches, and those of which one plain
    /// assignment `NAME=text` is all.
    private static func assigned(
        by texts: [String], isLasting: Bool, over variables: [String: String]
    ) -> [String: String] {
        let all = texts.joined(separator: "\n")
        func assignments(of name: String) -> Int { all.ranges(of: "\(name)=").count + all.ranges(of: "\(name):=").count }
        var known = variables.filter { assignments(of: $0.key) == 0 }
        for text in texts where isLasting {
            let script = PushedNames(in: text, variables: [:])
            // Under a condition, the same text may be none.
            guard script.isPlain else { continue }
            for line in lines(of: text) {
                guard let (name, value) = assignment(line), assignments(of: name) == 1 else { continue }
                known[name] = PushedNames.text(of: value, known)
            }
        }
        return known
    }

    private static func assignment(_ line: String) -> (name: String, value: String)? {
        let line = line.hasPrefix("export ") ? InputList.trimmed(String(line.dropFirst(7))) : line
        guard let sign = line.firstIndex(of: "="), let first = line.first, first.isLetter || first == "_" else { return nil }
        let (name, value) = (line[..<sign], line[line.index(after: sign)...])
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }), !value.isEmpty,
            !value.contains(where: { $0.isWhitespace || "|&;<>`\\()*?~".contains($0) })
        else { return nil }
        return (String(name), String(value))
    }
}
