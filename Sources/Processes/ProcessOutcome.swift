/// How a process ended. An exit code other than 0 is a value, not an error.
public enum ProcessOutcome: Codable, Sendable, Hashable {
    /// It called exit; 0…255.
    case exited(Int32)
    /// A signal ended it.
    case signaled(Int32)

    public var isSuccess: Bool { self == .exited(0) }

    /// The code that a shell would report: the exit code, or 128 + signal.
    public var exitCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}

extension ProcessOutcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "ended by \(Signals.name(of: signal))"
        }
    }
}
