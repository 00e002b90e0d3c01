internal import Diagnostics
internal import YAML

/// A script does not use log commands that were replaced by files. Rule: `deprecated-command`, a warning.
struct DeprecatedCommandCheck: WorkflowCheck {
    private static let commands = [
        ("::set-output ", "write \"name=value\" to the file \"$GITHUB_OUTPUT\" instead"),
        ("::save-state ", "write \"name=value\" to the file \"$GITHUB_STATE\" instead"),
        ("::set-env ", "it is not obeyed; write \"name=value\" to the file \"$GITHUB_ENV\" instead"),
        ("::add-path::", "it is not obeyed; write the folder to the file \"$GITHUB_PATH\" instead"),
    ]

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for case .script(let script) in workflow.jobs.flatMap(\.steps.withInnerSteps).map(\.work) {
            guard script.text.source.holds("::") else { continue }
            let scalars = Array(script.text.source.unicodeScalars)
            for (command, advice) in Self.commands {
                let wanted = Array(command.unicodeScalars)
                guard let offset = Self.firstIndex(of: wanted, in: scalars) else { continue }
                diagnostics.warning(
                    "deprecated-command", "the log command \"\(command.filter { $0 != " " })\" is out of use: \(advice)",
                    at: script.text.node.range(ofScalarOffsets: offset..<offset + wanted.count))
            }
        }
    }

    private static func firstIndex(of wanted: [Unicode.Scalar], in scalars: [Unicode.Scalar]) -> Int? {
        guard scalars.count >= wanted.count else { return nil }
        return (0...scalars.count - wanted.count).first { start in
            scalars[start] == wanted[0] && scalars[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
