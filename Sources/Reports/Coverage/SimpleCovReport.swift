internal import Expressions

/// The JSON of SimpleCov: its `.resultset.json`, and the `coverage.json` of its JSON formatter.
struct SimpleCovReport {
    private let root: ExpressionValue

    init(_ bytes: [UInt8]) throws(ReportProblem) {
        root = try JSONDocument(bytes).value
        guard case .object = root else { throw ReportProblem("expected an object: is it another format?", line: 1) }
    }

    func read(into builder: inout ReportBuilder) throws(ReportProblem) {
        var isKnown = false
        // Either a list of files, or one set of results for each command that ran tests, or the files themselves.
        if case .array(let files)? = root["files"] {
            for file in files {
                guard let path = file["filename"]?.string, let coverage = file["coverage"] else { continue }
                isKnown = read(coverage, of: path, into: &builder) || isKnown
            }
        } else if let coverage = root["coverage"] {
            for file in coverage.members { isKnown = read(file.value, of: file.key, into: &builder) || isKnown }
        } else {
            for command in root.members {
                for file in command.value["coverage"]?.members ?? [] {
                    isKnown = read(file.value, of: file.key, into: &builder) || isKnown
                }
            }
        }
        guard isKnown || root.members.isEmpty else {
            throw ReportProblem("it has no \"coverage\" of files: is it another format?", line: 1)
        }
    }

    /// - Returns: whether it was one.
    private func read(_ coverage: ExpressionValue, of path: String, into builder: inout ReportBuilder) -> Bool {
        let lines: [ExpressionValue]
        switch coverage {
        case .array(let values): lines = values
        case .object: lines = coverage["lines"]?.list ?? []
        default: return false
        }
        let branches = Self.branches(coverage["branches"])
        for (index, count) in lines.enumerated() {
            // Lines without code have null.
            guard let count = count.double else { continue }
            let found = branches[index + 1]
            builder.cover(
                path, line: index + 1, isCovered: count > 0, branches: found?.all ?? 0, branchesCovered: found?.covered ?? 0)
        }
        return true
    }

    /// By the line of the condition. In a result set, conditions are keys such as `[:if, 0, 3, 6, 8, 9]`: kind, number, line and so
    /// on; what they lead to has its count.
    private static func branches(_ value: ExpressionValue?) -> [Int: (covered: Int, all: Int)] {
        var found: [Int: (covered: Int, all: Int)] = [:]
        for condition in value?.members ?? [] {
            let parts = condition.key.split(separator: ",")
            guard parts.count > 2, let line = Int(parts[2].filter(\.isNumber)) else { continue }
            for branch in condition.value.members {
                let known = found[line] ?? (0, 0)
                found[line] = (known.covered + ((branch.value.double ?? 0) > 0 ? 1 : 0), known.all + 1)
            }
        }
        for branch in value?.list ?? [] {
            guard let line = branch["start_line"]?.double, let number = Int(exactly: line) else { continue }
            let known = found[number] ?? (0, 0)
            found[number] = (known.covered + ((branch["coverage"]?.double ?? 0) > 0 ? 1 : 0), known.all + 1)
        }
        return found
    }
}
