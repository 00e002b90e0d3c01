/// How a command ended, as a script sees it.
enum ExitStatus: Int32, Sendable {
    /// Done; the answer is yes.
    case success = 0
    /// Refused or failed; the answer is no; what is named is not there.
    case rejected = 1
    /// The command can't be understood, or a file that it names can't be read.
    case usage = 2
    /// No daemon answers on the socket.
    case unreachable = 3
}

/// Why a command ends without having done its work: a sentence for standard error that says what to do.
struct CommandFailure: Error, Sendable, Equatable {
    let status: ExitStatus
    /// Empty where standard output already says it.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// The answer "no", which was already printed.
    static let answeredNo = CommandFailure(.rejected, "")
}
