internal import Diagnostics

/// `shell` is a known name or a command line with `{0}` for the script's file. Rule: `unknown-shell`.
struct ShellCheck: WorkflowCheck {
    private static let names = LanguageSupport.shells + LanguageSupport.foreignShells

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for shell in workflow.shells where shell.isLiteral && !Self.isKnown(shell.source) {
            diagnostics.error(
                "unknown-shell",
                "expected one of \(Self.names.joined(separator: ", ")), or a command line with \"{0}\" for the script's file; "
                    + "found \"\(shell.source)\"",
                at: shell.range)
        }
    }

    private static func isKnown(_ shell: String) -> Bool {
        shell.contains("{0}") || names.contains(shell.lowercased())
    }
}

extension Workflow {
    /// Every `shell` of the file.
    var shells: [WorkflowText] {
        var shells = [defaults.shell]
        for job in jobs {
            shells.append(job.defaults.shell)
            for case .script(let script) in job.steps.withInnerSteps.map(\.work) { shells.append(script.shell) }
        }
        return shells.compactMap(\.self)
    }
}
