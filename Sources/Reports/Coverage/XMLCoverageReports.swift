internal import XML

/// The XML of Cobertura, as coverage.py, gcovr, coverlet and others write it.
struct CoberturaReport: ReportParser {
    let roots = ["coverage"]
    private var file: String?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "class": file = tag.text("filename") ?? tag.text("name")
        case "line":
            // Methods have their lines, too, which the class lists again.
            guard let file, let number = tag.count("number"), stream.ancestor("method") == nil else { return }
            // Coverlet writes `True`.
            let branches = tag["branch"]?.lowercased() == "true" ? Self.branches(tag["condition-coverage"]) : nil
            builder.cover(
                file, line: number, isCovered: (tag.number("hits") ?? 0) > 0, branches: branches?.all ?? 0,
                branchesCovered: branches?.covered ?? 0)
        default: break
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        if tag.name == "class" { file = nil }
    }

    /// `50% (1/2)`
    private static func branches(_ text: String?) -> (covered: Int, all: Int)? {
        guard let text, let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")"), open < close else {
            return nil
        }
        let numbers = text[text.index(after: open)..<close].split(separator: "/").map { Int($0) }
        guard numbers.count == 2, let covered = numbers[0], let all = numbers[1] else { return nil }
        return (covered, all)
    }
}

/// The XML of Clover, as PHPUnit and Istanbul write it, too.
struct CloverReport: ReportParser {
    let roots = ["coverage"]
    private var file: String?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "file": file = tag.text("path") ?? tag.text("name")
        case "line":
            // That a function was called is told by its statements.
            guard let file, let number = tag.count("num"), tag["type"] != "method" else { return }
            guard tag["type"] == "cond" else {
                return builder.cover(file, line: number, isCovered: (tag.number("count") ?? 0) > 0)
            }
            let taken = [tag.number("truecount") ?? 0, tag.number("falsecount") ?? 0].count { $0 > 0 }
            builder.cover(
                file, line: number, isCovered: taken > 0 || (tag.number("count") ?? 0) > 0, branches: 2, branchesCovered: taken)
        default: break
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        if tag.name == "file" { file = nil }
    }
}

/// The XML of JaCoCo.
struct JaCoCoReport: ReportParser {
    let roots = ["report"]
    private var file: String?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "sourcefile":
            guard let name = tag.text("name") else { return }
            // Modules that are reported together are groups, and may have packages and files of one name.
            let places = stream.ancestors(["group", "package"]).compactMap { $0.text("name") }
            file = (places + [name]).joined(separator: "/")
        case "line":
            guard let file, let number = tag.count("nr") else { return }
            let (missed, covered) = (tag.count("mb") ?? 0, tag.count("cb") ?? 0)
            builder.cover(
                file, line: number, isCovered: (tag.count("ci") ?? 0) > 0, branches: missed + covered, branchesCovered: covered)
        default: break
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        if tag.name == "sourcefile" { file = nil }
    }
}
