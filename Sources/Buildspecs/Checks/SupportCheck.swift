internal import Diagnostics

/// Says what has no effect here, and what keeps a file from being run. Rules: `ignored` and `unsupported`, both warnings.
struct SupportCheck: BuildspecCheck {
    /// Only where they ask for something.
    private static let flags = ["upload-artifacts", "logs", "debug-session", "privileged-mode"]

    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        for key in buildspec.keys {
            let name = key.key.split(separator: ".").last.map(String.init) ?? key.key
            switch BuildspecSupport.status(of: key.key) {
            case .supported: continue
            case .ignored(let reason):
                guard !Self.flags.contains(name) else { continue }
                diagnostics.warning("ignored", "\"\(name)\" is ignored: \(reason)", at: key.range)
            case .refused(let reason):
                diagnostics.warning(Obstacle.rule, "\"\(name)\" is not supported: \(reason)", at: key.range)
            }
        }
    }
}
