internal import LogText

/// The regular expression of a retry. CodeBuild's are those of Go, lines are compared by `LinePattern`: what Go only writes in
/// another way is written in its way.
struct RetryPattern {
    /// The pattern as `LinePattern` takes it.
    private(set) var text = ""

    private let scalars: [Unicode.Scalar]
    private var position = 0
    /// Where each character of `text` comes from.
    private var origins: [Int] = []

    private static let classes: [String: String] = [
        "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9", "graph": "!-~",
        "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": "\\t-\\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
        "xdigit": "0-9A-Fa-f",
    ]

    /// - Throws: what is wrong with it, or can't be had here, with the place of that in the pattern.
    init(_ pattern: String) throws(FailureAction.Mistake) {
        scalars = Array(pattern.unicodeScalars)
        try translate()
        do { _ = try LinePattern(text) } catch {
            switch error {
            case .syntax(let problem, let offset):
                throw .init(message: "the regular expression is none: \(problem)", offset: origin(of: offset))
            case .unsupported(let what, let offset):
                throw .init(message: "not supported here in a regular expression: \(what)", offset: origin(of: offset))
            case .tooLarge, .tooSlow:
                throw .init(message: "the regular expression can't be used here: \(error.description)", offset: nil)
            }
        }
    }

    private func origin(of offset: Int) -> Int { offset < origins.count ? origins[offset] : max(scalars.count - 1, 0) }

    private mutating func translate() throws(FailureAction.Mistake) {
        var isInSet = false
        while position < scalars.count {
            if takes("\\"), position + 1 < scalars.count {
                try escape(isInSet: isInSet)
            } else if isInSet, takes("[:") {
                try namedClass()
            } else if !isInSet, takes("(?P<") {
                put("(?<", for: 4)
            } else if !isInSet, takes("[") {
                isInSet = true
                put("[", for: 1)
                // At the beginning of a set a bracket is one of its characters.
                if takes("^") { put("^", for: 1) }
                if takes("]") { put("\\]", for: 1) }
            } else {
                if takes("]") { isInSet = false }
                put(String(scalars[position]), for: 1)
            }
        }
    }

    private func takes(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

    private mutating func put(_ new: String, for count: Int) {
        text += new
        origins += new.unicodeScalars.map { _ in position }
        position += count
    }

    private mutating func escape(isInSet: Bool) throws(FailureAction.Mistake) {
        switch scalars[position + 1] {
        case "A" where !isInSet: put("^", for: 2)
        case "z" where !isInSet: put("$", for: 2)
        case "Q", "C": throw unsupported("\\\(scalars[position + 1])")
        case "x" where position + 2 < scalars.count && scalars[position + 2] == "{": throw unsupported("\\x{…}")
        default: put("\\\(scalars[position + 1])", for: 2)
        }
    }

    /// `[:alpha:]`
    private mutating func namedClass() throws(FailureAction.Mistake) {
        let rest = scalars[(position + 2)...]
        let name = String(String.UnicodeScalarView(rest.prefix { $0.properties.isAlphabetic || $0 == "^" }))
        guard rest.dropFirst(name.unicodeScalars.count).starts(with: ":]".unicodeScalars) else {
            return put("[", for: 1)
        }
        guard let members = Self.classes[name] else { throw unsupported("[:\(name):]") }
        put(members, for: name.unicodeScalars.count + 4)
    }

    private func unsupported(_ what: String) -> FailureAction.Mistake {
        .init(message: "not supported here in a regular expression: \(what)", offset: position)
    }
}
