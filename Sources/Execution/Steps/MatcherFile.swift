internal import Expressions
internal import LogText

/// The file that `::add-matcher::` names, read: a JSON object with the list `problemMatcher`.
struct MatcherFile {
    let matchers: [ProblemMatcher]

    /// A matcher's file is short; what is longer is something else.
    private static let limit = 1 << 20

    /// - Parameter path: as commands see it; relative to the workspace.
    init(path: String, in folders: WorkplaceFolders) throws(ExecutionError) {
        let places = [folders.workspace, folders.actions, folders.temporary, folders.tools]
        let place = places.first { path.hasPrefix($0.inside + "/") } ?? folders.workspace
        guard let file = try ContainedFile(path, in: place) else {
            throw ExecutionError("there is no file \(path) in the job's folders")
        }
        let text = try file.text(limit: Self.limit)
        let value: ExpressionValue
        do { value = try ExpressionValue(json: text) } catch {
            throw ExecutionError("\(path) is no JSON: \(error.message)")
        }
        guard case .array(let list)? = value["problemMatcher"] else {
            throw ExecutionError("\(path) has no list \"problemMatcher\"")
        }
        var matchers: [ProblemMatcher] = []
        for item in list { matchers.append(try Self.matcher(item, path: path)) }
        self.matchers = matchers
    }

    private static func matcher(_ value: ExpressionValue, path: String) throws(ExecutionError) -> ProblemMatcher {
        guard case .string(let owner)? = value["owner"], !owner.isEmpty else {
            throw ExecutionError("a matcher in \(path) has no owner")
        }
        let severity = value["severity"]?.displayString
        guard ["error", "warning", "notice", "", nil].contains(severity?.lowercased()) else {
            throw ExecutionError("the matcher \(owner) has the severity \"\(severity ?? "")\": use error, warning or notice")
        }
        var patterns: [ProblemMatcher.Pattern] = []
        if case .array(let list)? = value["pattern"] {
            for item in list { patterns.append(try pattern(item, owner: owner)) }
        }
        do {
            return try ProblemMatcher(owner: owner, severity: severity.flatMap { $0.isEmpty ? nil : $0 }, patterns: patterns)
        } catch {
            throw ExecutionError("the matcher \(owner) can't be used: \(error.message)")
        }
    }

    private static func pattern(_ value: ExpressionValue, owner: String) throws(ExecutionError) -> ProblemMatcher.Pattern {
        let text = value["regexp"]?.displayString ?? ""
        let regexp: LinePattern
        do { regexp = try LinePattern(text) } catch {
            throw ExecutionError("the matcher \(owner) can't be used: \(error), in \(text)")
        }
        var groups: [ProblemMatcher.Part: Int] = [:]
        for part in ProblemMatcher.Part.allCases {
            guard let found = value[part.rawValue] else { continue }
            guard case .number(let number) = found, let group = Int(exactly: number) else {
                throw ExecutionError("the matcher \(owner) must say by a number which group the \(part.rawValue) is")
            }
            groups[part] = group
        }
        return ProblemMatcher.Pattern(regexp: regexp, groups: groups, loops: value["loop"] == .boolean(true))
    }
}
