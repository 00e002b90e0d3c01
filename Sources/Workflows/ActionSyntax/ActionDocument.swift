public import Diagnostics
public import Plan

/// What reading an action's metadata gave.
public struct ActionDocument: Sendable {
    public let path: String
    /// Nil for a file with errors: such an action is not executed.
    public let plan: ActionPlan?
    /// Everything that is to be said about the file, in its order.
    public let diagnostics: [Diagnostic]

    public var isAccepted: Bool { plan != nil }
    /// The first error in a line, for a log: `line 4, column 9: …`; nil for an accepted file.
    public var refusal: String? {
        guard !isAccepted else { return nil }
        guard let error = diagnostics.first(where: { $0.severity == .error }) else { return "it can't be read" }
        return "line \(error.line), column \(error.column): \(error.message)"
    }
}
