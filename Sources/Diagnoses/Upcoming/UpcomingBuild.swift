internal import Docker
public import Execution

/// Looks in a shell text that is about to run for builds of images whose Dockerfiles copy what their contexts do not have.
///
/// Only what is sure counts: a build before which the text does nothing that might make or change files, and of which the text, or
/// the environment, says plainly what it builds.
struct UpcomingBuild {
    private let text: String
    private let environment: [String: String]
    private let workspace: WorkplaceFolders.Place
    /// Where the text has gone so far; nil: nobody knows.
    private var folder: String?

    private static let longestDockerfile = 4 << 20
    /// Programs that change no file by themselves.
    private static let harmless: Set<String> = [
        ":", "[", "awk", "base64", "basename", "cat", "command", "cut", "date", "df", "dirname", "du", "echo", "env", "export",
        "false", "free", "grep", "head", "hostname", "id", "jq", "ls", "nproc", "printf", "pwd", "readonly", "set", "sleep",
        "sort",
        "stat", "tail", "test", "tr", "true", "type", "uname", "uniq", "unset", "wc", "which", "whoami",
    ]
    /// Of programs with commands of their own, those that change no file of a build.
    private static let harmlessCommands: [String: Set<String>] = [
        "docker": [
            "build", "image", "images", "info", "inspect", "login", "logout", "network", "ps", "pull", "push", "rm", "rmi",
            "stop",
            "system", "tag", "version", "volume", "--version",
        ],
        "aws": ["ecr", "ecs", "sts", "--version", "configure"],
        "git": ["branch", "config", "describe", "diff", "log", "ls-files", "rev-parse", "show", "status", "--version"],
    ]

    /// - Parameter workspace: contexts elsewhere are not looked at.
    init(_ text: String, in place: ShellPlace, workspace: WorkplaceFolders.Place) {
        self.text = text
        environment = place.environment
        self.workspace = workspace
        folder = place.workingDirectory
    }

    /// What is missing, or hidden, build by build.
    mutating func failures() -> [ForeseenFailure] {
        var found: [ForeseenFailure] = []
        for command in ShellReader(text, environment: environment).commands {
            // What comes after `||` runs only where something failed; what it comes after may fail.
            if command.before != .or, command.after != .or, let failure = failure(of: command) { found.append(failure) }
            if command.name == "cd" { go(along: command) } else if !Self.isHarmless(command) { return found }
        }
        return found
    }

    private mutating func go(along command: ShellReader.SimpleCommand) {
        guard let current = folder, command.words.count == 2, let path = command.words[1].text, path != "-",
            command.before == .sequence, command.after == .sequence
        else { return folder = nil }
        folder = Self.absolute(path, from: current)
    }

    private static func isHarmless(_ command: ShellReader.SimpleCommand) -> Bool {
        guard !command.writesFile else { return false }
        let inner = command.substitutions.map { ShellReader($0, environment: [:]) }
        guard inner.allSatisfy({ $0.isWhole && $0.commands.allSatisfy(isHarmless) }) else { return false }
        var words = command.words[...]
        if words.first?.text == "sudo" { words.removeFirst() }
        guard let word = words.popFirst() else { return true }
        guard let name = word.text ?? (word.source == "[" ? "[" : nil) else { return false }
        if harmless.contains(name) { return true }
        guard let known = harmlessCommands[name], let next = words.first?.text else { return false }
        if name == "docker", next == "buildx" {
            return ["build", "create", "inspect", "ls", "use", "version"].contains(words.dropFirst().first?.text)
        }
        return known.contains(next)
    }

    /// - Returns: nil where all is there, or where that can't be seen.
    private func failure(of command: ShellReader.SimpleCommand) -> ForeseenFailure? {
        guard let folder, let build = DockerBuildCommand(command, environment: environment) else { return nil }
        let context = Self.absolute(build.context, from: folder)
        let file = Self.absolute(build.dockerfile ?? "\(context)/Dockerfile", from: folder)
        guard let outside = Self.outside(context, in: workspace) else { return nil }
        // What can't be read is left to the builder, which says why.
        guard let contained = try? ContainedFile(file, in: workspace),
            let text = try? contained.text(limit: Self.longestDockerfile)
        else { return nil }
        var dockerfile = BuildContext.Dockerfile.separate(Array(text.utf8))
        if file.hasPrefix(context + "/") {
            dockerfile = .inContext(String(file.dropFirst(context.count + 1)))
        } else if let own = try? ContainedFile("\(file).dockerignore", in: workspace) {
            guard let rules = try? own.text(limit: Self.longestDockerfile) else { return nil }
            dockerfile = .separate(Array(text.utf8), ignoreFile: Array(rules.utf8))
        }
        guard let rules = (try? BuildContext(outside, within: workspace.outside, dockerfile: dockerfile))?.rules else {
            return nil
        }
        let missing = CopySourceCheck(workspace: workspace, context: outside).missing(
            dockerfile: text, target: build.target, arguments: build.arguments, rules: rules)
        guard !missing.isEmpty else { return nil }
        let name = Self.shown(file, in: workspace)
        let lines = missing.map { "\(name):\($0.line): \($0.message)" }
        return ForeseenFailure(
            title: FailureRule.copySourceMissing.title,
            message: "the image that `docker build` is about to make can't be built:\n" + lines.joined(separator: "\n"))
    }

    private static func shown(_ path: String, in workspace: WorkplaceFolders.Place) -> String {
        path.hasPrefix(workspace.inside + "/") ? String(path.dropFirst(workspace.inside.count + 1)) : path
    }

    private static func outside(_ path: String, in workspace: WorkplaceFolders.Place) -> String? {
        guard path == workspace.inside || path.hasPrefix(workspace.inside + "/") else { return nil }
        return workspace.outside + path.dropFirst(workspace.inside.count)
    }

    private static func absolute(_ path: String, from folder: String) -> String {
        var names: [Substring] = []
        for name in (path.hasPrefix("/") ? path : "\(folder)/\(path)").split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return "/" + names.joined(separator: "/")
    }
}

extension KnownFailures {
    public func foreseen(in text: String, folders: WorkplaceFolders, place: () -> ShellPlace?) -> [ForeseenFailure] {
        guard text.contains("docker"), text.contains("build"), let place = place() else { return [] }
        var build = UpcomingBuild(text, in: place, workspace: folders.workspace)
        return build.failures()
    }
}
