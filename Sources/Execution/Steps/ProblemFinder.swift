internal import Glibc
internal import LogText
internal import Plan

/// Looks for problems in the output of one process.
final class ProblemFinder {
    private let list: MatcherList
    private let folders: WorkplaceFolders
    private var version = -1
    private var matchers: [ProblemMatcher] = []
    /// How often a matcher took too many steps for a line.
    private var slowLines: [String: Int] = [:]
    private static let mostSlowLines = 3

    /// What was found in a line: the remark, and what is shown instead of the line.
    struct Finding {
        var annotation: Annotation
        var line: String
    }

    init(_ list: MatcherList, folders: WorkplaceFolders) {
        self.list = list
        self.folders = folders
        takeChanges()
    }

    var isEmpty: Bool {
        takeChanges()
        return matchers.isEmpty
    }

    private func takeChanges() {
        guard list.version != version else { return }
        version = list.version
        matchers = list.current
    }

    /// - Parameter dropped: is told of a matcher that is given up, and why.
    func find(in bytes: UnsafeBufferPointer<UInt8>, dropped: (String) -> Void) -> Finding? {
        takeChanges()
        let line = Self.withoutCodes(bytes)
        for index in matchers.indices {
            let problem: ProblemMatcher.Problem?
            do { problem = try matchers[index].match(line) } catch {
                problem = nil
                note(error, of: matchers[index].owner, dropped: dropped)
            }
            guard let problem else { continue }
            for other in matchers.indices where other != index { matchers[other].reset() }
            guard let annotation = annotation(of: problem, by: matchers[index]) else { continue }
            return Finding(annotation: annotation, line: "##[\(annotation.level.rawValue)]\(line)")
        }
        return nil
    }

    private func note(_ error: LinePatternError, of owner: String, dropped: (String) -> Void) {
        slowLines[owner, default: 0] += 1
        guard slowLines[owner] == Self.mostSlowLines else { return }
        dropped("the problem matcher \"\(owner)\" is dropped: \(error)")
        list.remove(owner: owner)
    }

    /// Nil for a problem without a message, or of a kind that is no error, warning or notice.
    private func annotation(of problem: ProblemMatcher.Problem, by matcher: ProblemMatcher) -> Annotation? {
        guard let message = problem[.message], message.contains(where: { !$0.isWhitespace }) else { return nil }
        var severity = problem[.severity] ?? ""
        if severity.isEmpty { severity = matcher.severity ?? "error" }
        guard let level = Annotation.Level(rawValue: severity.lowercased()) else { return nil }
        var title: String?
        if let code = problem[.code], code.contains(where: { !$0.isWhitespace }) { title = code }
        return Annotation(
            level: level, message: message, title: title, file: file(of: problem), line: problem[.line].flatMap(Int.init),
            column: problem[.column].flatMap(Int.init))
    }

    /// The file from the root of its checkout; nil where it is not there, or not in the workspace.
    private func file(of problem: ProblemMatcher.Problem) -> String? {
        guard var path = problem[.file], path.contains(where: { !$0.isWhitespace }) else { return nil }
        if let project = problem[.fromPath], !project.isEmpty, !path.hasPrefix("/"), let slash = project.lastIndex(of: "/") {
            path = project[...slash] + path
        }
        for workspace in [folders.workspace.inside, "/github/workspace"] where path.hasPrefix(workspace + "/") {
            path = String(path.dropFirst(workspace.count + 1))
            break
        }
        guard !path.hasPrefix("/"), let names = Self.normalized(path), isThere(names) else { return nil }
        return names[depthOfCheckout(names)...].joined(separator: "/")
    }

    private static func normalized(_ path: String) -> [String]? {
        var names: [String] = []
        for name in path.split(separator: "/") where name != "." {
            if name == ".." {
                guard !names.isEmpty else { return nil }
                names.removeLast()
            } else {
                names.append(String(name))
            }
        }
        return names.isEmpty ? nil : names
    }

    private func isThere(_ names: [String]) -> Bool {
        var status = stat()
        return lstat("\(folders.workspace.outside)/\(names.joined(separator: "/"))", &status) == 0
    }

    /// How many folders lie above the checkout that the file is in: none, unless it was made with a path of its own.
    private func depthOfCheckout(_ names: [String]) -> Int {
        (1..<names.count).reversed().first { isThere(names[..<$0] + [".git"]) } ?? 0
    }

    /// The line without the sequences that colour it.
    private static func withoutCodes(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let escape = UInt8(ascii: "\u{1b}")
        guard bytes.contains(escape) else { return String(decoding: bytes, as: UTF8.self) }
        var kept: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == escape, index + 1 < bytes.endIndex, bytes[index + 1] == UInt8(ascii: "[") else {
                kept.append(bytes[index])
                index += 1
                continue
            }
            index += 2
            while index < bytes.endIndex, (0x30...0x3B).contains(bytes[index]) { index += 1 }
            if index < bytes.endIndex, (0x40...0x7E).contains(bytes[index]) { index += 1 }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
