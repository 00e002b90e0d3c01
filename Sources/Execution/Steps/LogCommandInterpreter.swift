internal import Expressions
internal import LogText
internal import Plan

/// Obeys the workflow commands that a process prints (`::error::`, `::add-mask::`, `::stop-commands::` and the like), and has its
/// other lines looked at by the problem matchers, and for images that it has pushed.
///
/// `::set-env::` and `::add-path::` are never obeyed: whoever can print to the log could run code in later steps.
/// See "Workflow commands for GitHub Actions" in GitHub's manual.
final class LogCommandInterpreter {
    private(set) var annotations: [Annotation] = []
    private(set) var counts: AnnotationCounts
    private(set) var outputs = ExpressionObject()
    private(set) var state: [String: String] = [:]
    /// What a command asked for that can't be; the step has failed then.
    private(set) var failure: String?
    private let showsDebug: Bool
    /// Bytes of outputs and state that are taken.
    private var bytesLeft: Int
    private let limit: Int
    private let matchers: MatcherList
    private let problems: ProblemFinder
    private let folders: WorkplaceFolders
    private var pushes = PushedImages()
    private var stopToken: String?

    init(showsDebug: Bool, limit: Int, counts: AnnotationCounts, matchers: MatcherList, folders: WorkplaceFolders) {
        self.showsDebug = showsDebug
        self.limit = limit
        bytesLeft = limit
        self.counts = counts
        self.matchers = matchers
        self.folders = folders
        problems = ProblemFinder(matchers, folders: folders)
    }

    /// A line that is no command.
    func look(at line: UnsafeBufferPointer<UInt8>) -> LogLineDecision {
        if let image = pushes.find(in: line) { note(.pushedImage(image)) }
        guard !problems.isEmpty else { return .keep }
        let finding = problems.find(in: line) { note(Annotation(level: .warning, message: $0)) }
        guard let finding else { return .keep }
        note(finding.annotation)
        return .replace(finding.line)
    }

    /// - Parameter addMask: takes a secret that the line tells.
    func interpret(_ line: String, addMask: (String) -> Void) -> LogLineDecision {
        guard let command = WorkflowCommand.parse(line) else { return .keep }
        if let token = stopToken {
            guard command.command == token else { return .keep }
            stopToken = nil
            return .drop
        }
        switch command.command.lowercased() {
        case "error", "warning", "notice": return annotate(command)
        case "debug": return showsDebug ? .replace("##[debug]\(command.data)") : .drop
        case "group": return .replace("##[group]\(command.data)")
        case "endgroup": return .replace("##[endgroup]")
        case "add-mask":
            addMask(command.data)
            return .drop
        case "stop-commands":
            stopToken = command.data
            return .drop
        case "set-output": return setOutput(command)
        case "save-state": return saveState(command)
        case "set-env", "add-path": return refuse(command)
        case "add-matcher": return addMatcher(command)
        case "remove-matcher": return removeMatcher(command)
        case "echo": return .drop
        default: return .keep
        }
    }

    private func note(_ annotation: Annotation) {
        if counts.takes(annotation.level) { annotations.append(annotation) }
    }

    private func annotate(_ command: WorkflowCommand) -> LogLineDecision {
        let level = Annotation.Level(rawValue: command.command.lowercased()) ?? .notice
        note(
            Annotation(
                level: level, message: command.data, title: command.property("title"), file: command.property("file"),
                line: command.property("line").flatMap(Int.init), column: command.property("col").flatMap(Int.init)))
        return .replace("##[\(level.rawValue)]\(command.data)")
    }

    private func setOutput(_ command: WorkflowCommand) -> LogLineDecision {
        guard let name = command.property("name"), !name.isEmpty else { return .keep }
        if takes(name, command.data, of: "outputs") { outputs[name] = .string(command.data) }
        return .drop
    }

    private func saveState(_ command: WorkflowCommand) -> LogLineDecision {
        guard let name = command.property("name"), !name.isEmpty else { return .keep }
        if takes(name, command.data, of: "state") { state[name] = command.data }
        return .drop
    }

    private func takes(_ name: String, _ value: String, of kind: String) -> Bool {
        bytesLeft -= name.utf8.count + value.utf8.count
        if bytesLeft >= 0 { return true }
        failure = failure ?? "the \(kind) that the step printed hold more than the \(limit) bytes that are allowed"
        return false
    }

    private func refuse(_ command: WorkflowCommand) -> LogLineDecision {
        let file = command.command.lowercased() == "set-env" ? "GITHUB_ENV" : "GITHUB_PATH"
        let message = "the command \"\(command.command)\" is not obeyed, since any output could contain it: write to $\(file)"
        note(Annotation(level: .error, message: message))
        return .replace("##[error]\(message)")
    }

    private func addMatcher(_ command: WorkflowCommand) -> LogLineDecision {
        do {
            matchers.add(try MatcherFile(path: command.data, in: folders).matchers)
            return .drop
        } catch {
            return refuseMatcher(error.message)
        }
    }

    private func removeMatcher(_ command: WorkflowCommand) -> LogLineDecision {
        if let owner = command.property("owner"), !owner.isEmpty {
            matchers.remove(owner: owner)
            return .drop
        }
        do {
            for matcher in try MatcherFile(path: command.data, in: folders).matchers { matchers.remove(owner: matcher.owner) }
            return .drop
        } catch {
            return refuseMatcher(error.message)
        }
    }

    private func refuseMatcher(_ problem: String) -> LogLineDecision {
        let message = "problem matchers: \(problem)"
        note(Annotation(level: .warning, message: message))
        return .replace("##[warning]\(message)")
    }
}
