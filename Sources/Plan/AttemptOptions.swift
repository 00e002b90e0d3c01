/// What somebody asks for who starts a run, or another attempt at one.
public struct AttemptOptions: Equatable, Sendable {
    /// Whether the attempt shows what steps say for debugging.
    public var isDebug: Bool
    /// Whether a job whose step fails stands still, so that a shell can be opened in it.
    public var pausesOnFailure: Bool

    public init(isDebug: Bool = false, pausesOnFailure: Bool = false) {
        self.isDebug = isDebug
        self.pausesOnFailure = pausesOnFailure
    }

    /// What is set, for the record: `with debug logging, pausing on failure`; empty where nothing is.
    public var remark: String {
        [isDebug ? "with debug logging" : nil, pausesOnFailure ? "pausing on failure" : nil].compactMap(\.self)
            .joined(separator: ", ")
    }
}

extension Run {
    /// Sets what its newest attempt was asked for with.
    public mutating func take(_ options: AttemptOptions) {
        isDebug = options.isDebug
        pausesOnFailure = options.pausesOnFailure
    }
}
