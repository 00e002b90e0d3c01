internal import CProcesses

/// Something about processes that could not be done: what, on what, why, and what to do about it.
public struct ProcessError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The program is missing, can't be executed, or its interpreter is missing.
        case executable
        /// The folder to start in is missing or closed.
        case workingDirectory
        /// The sandbox can't be made or has ended.
        case sandbox
        /// A system call refused for another reason.
        case system
    }

    public var kind: Kind
    /// What was attempted, as in "start 'make'".
    public var operation: String
    /// Why it failed, as in "no such file or directory".
    public var reason: String
    /// What the operator or the pipeline's author can do.
    public var remedy: String?
    /// The errno behind it, 0 where there is none.
    public var code: Int32

    public init(kind: Kind, operation: String, reason: String, remedy: String? = nil, code: Int32 = 0) {
        self.kind = kind
        self.operation = operation
        self.reason = reason
        self.remedy = remedy
        self.code = code
    }

    public var description: String {
        "can't \(operation): \(reason)" + (remedy.map { "; \($0)" } ?? "")
    }

    static func system(_ operation: String, code: Int32, remedy: String? = nil) -> ProcessError {
        ProcessError(kind: .system, operation: operation, reason: reason(of: code), remedy: remedy, code: code)
    }

    /// The C library's text for an errno, with a small first letter.
    static func reason(of code: Int32) -> String {
        guard let text = slipway_error_text(code) else { return "error \(code)" }
        let sentence = String(cString: text)
        return sentence.prefix(1).lowercased() + sentence.dropFirst()
    }
}
