internal import Diagnostics

/// What libyaml found wrong, with places in Unicode scalars, and what it means for whoever wrote the file.
struct YAMLSyntaxError: Error {
    /// libyaml's own words.
    let problem: String
    let index: Int
    /// What libyaml was reading, and where that began.
    let context: String?
    let contextIndex: Int?

    /// Where the mistake most likely is: of what is never closed, where it was opened.
    func place(in source: YAMLSource) -> Int {
        switch problem {
        case "found unexpected end of stream", "found unexpected document indicator",
            "could not find expected ':'":
            return contextIndex ?? index
        case _ where isUnclosedFlow(in: source): return contextIndex ?? index
        default: return min(index, source.scalars.count)
        }
    }

    /// What is wrong and what to do about it.
    func message(in source: YAMLSource) -> String {
        if isUnclosedFlow(in: source), let opening = contextIndex.flatMap(source.scalar(at:)) {
            return "this \"\(opening)\" is never closed"
        }
        return lexicalMessage(in: source) ?? structuralMessage(in: source)
            ?? "the YAML cannot be read: \([context, problem].compactMap(\.self).joined(separator: ": "))"
    }

    private func isUnclosedFlow(in source: YAMLSource) -> Bool {
        problem.hasPrefix("did not find expected ',' or") && source.trimmedEnd(of: 0..<source.scalars.count) <= index
    }

    /// Mistakes in a single word: a character that cannot stand there, quotes, escapes, tabs.
    private func lexicalMessage(in source: YAMLSource) -> String? {
        switch problem {
        case "found character that cannot start any token":
            guard let found = source.scalar(at: index) else { return nil }
            if found == "\t" { return "a tab cannot indent in YAML; use spaces" }
            return "a value cannot start with \"\(found)\"; put it in quotes"
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected",
            "found a tab character where an intendation space is expected":
            return "a tab cannot indent in YAML; use spaces"
        case "found unexpected end of stream": return "this quote is never closed"
        case "found unexpected document indicator": return "this quote is not closed before the end of the document"
        case "found unknown escape character":
            return "unknown escape in a double-quoted string; write \"\\\\\" for a backslash, or use single quotes"
        case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
            return "this escape needs a hexadecimal number of a character: \\xHH, \\uHHHH or \\UHHHHHHHH"
        case "did not find expected alphabetic or numeric character":
            return context == "while scanning an alias"
                ? "\"*\" starts the name of an alias here; put a pattern such as \"*.txt\" or \"**\" in quotes"
                : "\"&\" starts the name of an anchor here; put the value in quotes if it is a text"
        case "control characters are not allowed": return "control characters are not allowed in YAML"
        case "could not find expected directive name", "found unknown directive name":
            return "a line that starts with \"%\" is a directive; put the value in quotes if it is a text"
        case "found undefined tag handle": return "\"!\" starts a tag here; put the value in quotes if it is a text"
        default: return nil
        }
    }

    /// Mistakes in how lines and brackets fit together.
    private func structuralMessage(in source: YAMLSource) -> String? {
        let opened = contextIndex.map { " (it starts in line \(source.position(at: $0).line))" } ?? ""
        switch problem {
        case "mapping values are not allowed in this context":
            return "\":\" makes a key here, but no key may stand here; put the value in quotes if the colon is part of it,"
                + " or check the indentation"
        case "could not find expected ':'":
            return "expected \":\" after this key; check the indentation, or add the colon"
        case "did not find expected key":
            return context == "while parsing a flow mapping"
                ? "expected a key in the \"{…}\"\(opened)"
                : "expected a key of the mapping around it\(opened); check the indentation and the quotes of this line"
        case "did not find expected '-' indicator":
            return "expected \"-\", another element of the sequence around it\(opened); check the indentation"
        case "block sequence entries are not allowed in this context":
            return "\"-\" cannot start a sequence here; put the sequence on lines of its own"
        case "mapping keys are not allowed in this context": return "\"?\" cannot start a key here; put the text in quotes"
        case "did not find expected ',' or ']'": return "expected \",\" or \"]\" in the \"[…]\"\(opened)"
        case "did not find expected ',' or '}'": return "expected \",\" or \"}\" in the \"{…}\"\(opened)"
        case "did not find expected node content": return "expected a value"
        case "did not find expected <document start>":
            return "expected the end of the file; check the indentation of this line"
        case "found incompatible YAML document": return "this version of YAML is not supported; 1.1 and 1.2 are"
        default: return nil
        }
    }
}
