/// What a Dockerfile takes from its build context, as far as it stands in plain words: sources with wildcards or variables that
/// nobody gives a value are left out.
struct DockerfileCopies {
    struct Source: Equatable {
        /// From the context on.
        var path: String
        /// Of the instruction, from 1.
        var line: Int
        var instruction: String
    }

    /// A comment behind the words of an instruction: Docker knows none there, and takes its words for files.
    struct Comment: Equatable {
        var text: String
        /// Of the instruction, from 1.
        var line: Int
        var instruction: String
    }

    /// Those of the stages that the target needs.
    let sources: [Source]
    /// Of the same stages; their words are no sources.
    let comments: [Comment]

    private struct Stage {
        var name: String?
        var base: String
        var needs: Set<String> = []
        var sources: [Source] = []
        var comments: [Comment] = []
    }

    /// - Parameters:
    ///   - target: the stage to build; nil: the last one.
    ///   - arguments: build arguments that are given; nil for a value that is not known.
    init(_ text: String, target: String? = nil, arguments: [String: String?] = [:]) {
        var stages: [Stage] = []
        var values = arguments
        for instruction in DockerfileInstruction.all(of: text) {
            let name = instruction.name
            let words = instruction.words.map { Self.substituted($0, values) }
            switch name {
            case "ARG", "ENV":
                for word in instruction.words {
                    guard let equals = word.firstIndex(of: "=") else { continue }
                    let key = String(word[..<equals])
                    if name == "ENV" || arguments[key] == nil {
                        values.updateValue(Self.substituted(String(word[word.index(after: equals)...]), values), forKey: key)
                    }
                }
            case "FROM":
                let parts = words.compactMap { $0 }.filter { !$0.hasPrefix("--") }
                let isNamed = parts.count >= 3 && parts[1].uppercased() == "AS"
                stages.append(Stage(name: isNamed ? parts[2].lowercased() : nil, base: parts.first?.lowercased() ?? ""))
            case "COPY", "ADD":
                guard !stages.isEmpty else { continue }
                let last = stages.count - 1
                if let text = instruction.comment {
                    stages[last].comments.append(Comment(text: text, line: instruction.line, instruction: name))
                }
                if let stage = instruction.option("from") {
                    stages[last].needs.insert(stage.lowercased())
                } else {
                    stages[last].sources += Self.sources(of: instruction, words: words)
                }
            case "RUN":
                guard !stages.isEmpty else { continue }
                for mount in instruction.options where mount.hasPrefix("--mount=") {
                    guard let stage = mount.after("from=")?.leading(where: { $0 != "," && !$0.isWhitespace }) else { continue }
                    stages[stages.count - 1].needs.insert(stage.lowercased())
                }
            default: break
            }
        }
        let needed = Self.needed(stages, for: target)
        sources = needed.flatMap(\.sources)
        comments = needed.flatMap(\.comments)
    }

    private static func sources(of instruction: DockerfileInstruction, words: [String?]) -> [Source] {
        guard words.count >= 2 else { return [] }
        return words.dropLast().compactMap { word in
            guard let word, !word.isEmpty, HereDocument(word) == nil else { return nil }
            // Addresses that ADD fetches.
            guard !word.contains("://"), !word.hasPrefix("git@") else { return nil }
            guard !word.contains(where: { "*?[\\".contains($0) }) else { return nil }
            var names = word.split(separator: "/").filter { $0 != "." }
            while names.first == ".." { names.removeFirst() }
            guard !names.isEmpty, !names.contains("..") else { return nil }
            return Source(path: names.joined(separator: "/"), line: instruction.line, instruction: instruction.name)
        }
    }

    /// The stage that is built, and those that it is made of.
    private static func needed(_ stages: [Stage], for target: String?) -> [Stage] {
        func index(_ name: String, before end: Int) -> Int? {
            if let index = stages[..<end].lastIndex(where: { $0.name == name }) { return index }
            return Int(name).flatMap { (0..<end).contains($0) ? $0 : nil }
        }
        let wanted = target.flatMap { index($0.lowercased(), before: stages.count) } ?? stages.count - 1
        guard stages.indices.contains(wanted) else { return [] }
        var found: Set<Int> = [wanted]
        var waiting = [wanted]
        while let stage = waiting.popLast() {
            for name in stages[stage].needs.union([stages[stage].base]) {
                guard let other = index(name, before: stage), found.insert(other).inserted else { continue }
                waiting.append(other)
            }
        }
        return found.sorted().map { stages[$0] }
    }

    /// With the values of `$NAME` and `${NAME}` and `${NAME:-default}`; nil where one is not known.
    private static func substituted(_ text: String, _ values: [String: String?]) -> String? {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let expression: Substring
            if rest.first == "{" {
                guard let close = rest.firstIndex(of: "}") else { return nil }
                expression = rest[rest.index(after: rest.startIndex)..<close]
                rest = rest[rest.index(after: close)...]
            } else {
                expression = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                rest = rest[expression.endIndex...]
            }
            let name = expression.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let operation = expression[name.endIndex...]
            let known = values[String(name)]
            if case .some(nil) = known { return nil }
            if let value = known ?? nil, !value.isEmpty || operation.isEmpty, !operation.hasPrefix(":+") {
                guard operation.isEmpty || operation.hasPrefix(":-") else { return nil }
                result += value
            } else {
                guard operation.hasPrefix(":-") else { return nil }
                result += operation.dropFirst(2)
            }
        }
        return result + rest
    }
}
