/// Gathers the diagnostics of one file while its parts are read, so that all mistakes are shown at once.
///
/// A reference type: every reader of a part of the file is given the same collector. It belongs to one task at a time.
/// The number kept is bounded; the first one over the bound is replaced by a remark that says so.
public final class DiagnosticCollector {
    /// The file's name as the diagnostics carry it.
    public let file: String
    /// What was found so far, in the order in which it was found.
    public private(set) var diagnostics: [Diagnostic] = []

    private let limit: Int

    /// - Parameter limit: how many diagnostics are kept at most.
    public init(file: String, limit: Int = 500) {
        self.file = file
        self.limit = limit
    }

    /// Whether no more are kept, so that a check need not look for them.
    public var isFull: Bool { diagnostics.count > limit }

    public var containsError: Bool { diagnostics.containsError }

    public func error(_ rule: String, _ message: String, at range: SourceRange) {
        append(Diagnostic(severity: .error, rule: rule, message: message, file: file, range: range))
    }

    public func warning(_ rule: String, _ message: String, at range: SourceRange) {
        append(Diagnostic(severity: .warning, rule: rule, message: message, file: file, range: range))
    }

    public func append(contentsOf found: some Sequence<Diagnostic>) {
        found.forEach(append)
    }

    public func append(_ diagnostic: Diagnostic) {
        if diagnostics.count < limit {
            diagnostics.append(diagnostic)
        } else if diagnostics.count == limit {
            diagnostics.append(
                Diagnostic(
                    rule: "too-many-diagnostics", message: "more than \(limit) remarks; the rest is left out",
                    file: diagnostic.file, range: diagnostic.range))
        }
    }
}
