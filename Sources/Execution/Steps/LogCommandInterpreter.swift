internal import Expressions
internal import LogText
internal import Plan

/// Obeys the workflow commands that a step prints: `::error::`, `::add-mask::`, `::stop-commands::` and the like.
///
/// `::set-env::` and `::add-path::` are never obeyed: whoever can print to the log could run code in later steps.
/// See "Workflow commands for GitHub Actions" in GitHub's manual.
final class LogCommandInterpreter {
    private(set) var annotations: [Annotation] = []
    private(set) var outputs = ExpressionObject()
    private(set) var state: [(name: String, value: String)] = []
    private let showsDebug: Bool
    private var stopToken: String?
    /// As on GitHub: more of one level are in the log, but not on the page.
    private static let annotationLimit = 50

    init(showsDebug: Bool) { self.showsDebug = showsDebug }

    /// The annotations since the last call.
    func takeAnnotations() -> [Annotation] {
        defer { annotations = [] }
        return annotations
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
        case "save-state":
            if let name = command.properties["name"] { state.append((name, command.data)) }
            return .drop
        case "set-env", "add-path": return refuse(command)
        case "echo", "add-matcher", "remove-matcher": return .drop
        default: return .keep
        }
    }

    private func annotate(_ command: WorkflowCommand) -> LogLineDecision {
        let level = Annotation.Level(rawValue: command.command.lowercased()) ?? .notice
        if annotations.count(where: { $0.level == level }) < Self.annotationLimit {
            annotations.append(
                Annotation(
                    level: level, message: command.data, title: command.properties["title"], file: command.properties["file"],
                    line: command.properties["line"].flatMap(Int.init), column: command.properties["col"].flatMap(Int.init)))
        }
        return .replace("##[\(level.rawValue)]\(command.data)")
    }

    private func setOutput(_ command: WorkflowCommand) -> LogLineDecision {
        guard let name = command.properties["name"], !name.isEmpty else { return .keep }
        outputs[name] = .string(command.data)
        return .drop
    }

    private func refuse(_ command: WorkflowCommand) -> LogLineDecision {
        let file = command.command.lowercased() == "set-env" ? "GITHUB_ENV" : "GITHUB_PATH"
        let message = "the command \"\(command.command)\" is not obeyed, since any output could contain it: write to $\(file)"
        if annotations.count(where: { $0.level == .error }) < Self.annotationLimit {
            annotations.append(Annotation(level: .error, message: message))
        }
        return .replace("##[error]\(message)")
    }
}
