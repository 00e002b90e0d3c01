internal import Diagnostics

/// Says what has no effect here. Rule: `ignored`, a warning.
struct SupportCheck: BuildspecCheck {
    /// Only where they ask for something.
    private static let flags = ["upload-artifacts", "logs", "debug-session", "privileged-mode"]

    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        for key in buildspec.keys {
            let name = key.key.split(separator: ".").last.map(String.init) ?? key.key
            guard case .ignored(let reason) = BuildspecSupport.status(of: key.key), !Self.flags.contains(name) else { continue }
            diagnostics.warning("ignored", "\"\(name)\" is ignored: \(reason)", at: key.range)
        }
    }
}
