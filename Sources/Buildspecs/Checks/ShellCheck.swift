internal import Diagnostics

/// `env.shell` names a shell that there is. Rules: `unknown-value`, and `unsupported` for those of Windows, which is an obstacle.
struct ShellCheck: BuildspecCheck {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        guard let shell = buildspec.environment.shell else { return }
        switch BuildspecSupport.shells[shell.value] {
        case true?: return
        case false?:
            diagnostics.warning(
                Obstacle.rule, "the shell \"\(shell.value)\" is not supported: it exists on Windows only, builds run on Linux",
                at: shell.range)
        case nil:
            diagnostics.error(
                "unknown-value", "expected the shell bash or /bin/sh, found \"\(shell.value)\"", at: shell.range)
        }
    }
}

/// What a file needs and this version has not: a warning of the check that keeps a run from starting.
enum Obstacle {
    static let rule = "unsupported"
}
