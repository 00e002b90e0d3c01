public import Docker
public import Execution
internal import Glibc

/// Looks, before a build has cost its minutes, whether all is there that the Dockerfile copies from the build context.
///
/// Only what is certain is told: sources with wildcards, or with variables without a value, and stages that the target does not
/// need are left to the builder.
public struct CopySourceCheck {
    /// A source that the build will not find, or a comment that it takes for sources.
    public struct Missing: Equatable, Sendable {
        /// From the context on; of a comment, its text.
        public var path: String
        /// Of the Dockerfile.
        public var line: Int
        /// What is wrong with it, why, and what to do; names the line of the ignore file that hides it.
        public var message: String
    }

    private let workspace: WorkplaceFolders.Place
    private let context: String

    /// - Parameters:
    ///   - context: the folder as this process finds it; in the workspace, or another folder of the job's.
    public init(workspace: WorkplaceFolders.Place, context: String) {
        self.workspace = workspace
        self.context = context
    }

    /// - Parameters:
    ///   - dockerfile: its text.
    ///   - target: the stage to build; nil: the last one.
    ///   - arguments: the build arguments; nil for a value that is not known.
    ///   - rules: what is left out of the context.
    public func missing(
        dockerfile: String, target: String?, arguments: [String: String?], rules: IgnoreRules
    ) -> [Missing] {
        guard !Self.hasOtherSyntax(dockerfile) else { return [] }
        let copies = DockerfileCopies(dockerfile, target: target, arguments: arguments)
        let hasExceptions = rules.rules.contains(where: \.isException)
        var survey: WorkspaceSurvey?
        let sources = copies.sources.compactMap { source -> Missing? in
            var status = stat()
            let isThere = lstat("\(context)/\(source.path)", &status) == 0
            let isFolder = isThere && status.st_mode & S_IFMT == S_IFDIR
            if isThere {
                guard let rule = rules.rule(leavingOut: source.path) else { return nil }
                // An exception may let something of it in.
                if isFolder, hasExceptions { return nil }
                let place = rule.line.map { "line \($0) of \(rule.file ?? "the ignore file")" } ?? "a rule"
                return Missing(
                    path: source.path, line: source.line,
                    message:
                        "\(source.instruction) of \"\(source.path)\": \(place) (\"\(rule.text)\") keeps it out of the build context; "
                        + "remove that line, or add one after it: !\(source.path)")
            }
            let found = survey ?? WorkspaceSurvey(workspace)
            survey = found
            return Missing(path: source.path, line: source.line, message: message(source, found))
        }
        return comments(copies) + sources
    }

    /// The comments whose words the build looks for: a file that is really called so is one.
    private func comments(_ copies: DockerfileCopies) -> [Missing] {
        copies.comments.compactMap { comment in
            var status = stat()
            let first = comment.text.leading { !$0.isWhitespace }
            guard lstat("\(context)/\(first)", &status) != 0 else { return nil }
            return Missing(
                path: comment.text, line: comment.line,
                message:
                    "\(comment.instruction): a comment can't follow an instruction: Docker takes the words of \"\(comment.text)\" for "
                    + "files to copy; give the comment a line of its own")
        }
    }

    /// Whether the file names a frontend of its own, whose instructions may mean anything.
    private static func hasOtherSyntax(_ dockerfile: String) -> Bool {
        for line in dockerfile.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("#") else { return false }
            let parts = line.dropFirst().split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2, parts[0].lowercased() == "syntax" else { continue }
            return !parts[1].contains("docker/dockerfile")
        }
        return false
    }

    private func message(_ source: DockerfileCopies.Source, _ survey: WorkspaceSurvey) -> String {
        let subject = "\(source.instruction) of \"\(source.path)\": there is no such file in the build context"
        let prefix =
            context == workspace.outside
            ? ""
            : context.hasPrefix(workspace.outside + "/")
                ? context.dropFirst(workspace.outside.utf8.count + 1) + "/" : ""
        let answer = survey.find(prefix + source.path)
        if let rule = answer.gitRule {
            return "\(subject), since Git leaves it out by \(rule.description); add it all the same (git add --force "
                + "\(prefix)\(source.path)), or fetch it in a step before the build"
        }
        if let elsewhere = survey.find("/" + source.path).paths.first {
            return "\(subject); the workspace has \(elsewhere): name the path from the context on, or build with another context"
        }
        return "\(subject), nor in the workspace: commit it, or make it in a step before the build"
    }
}
