internal import Glibc

/// Asks a person for a secret without showing what is typed.
enum SecretPrompt {
    static var isNeeded: Bool { isatty(STDIN_FILENO) == 1 }

    /// The line that is typed, without its end.
    static func line(asking question: String) throws(CommandFailure) -> [UInt8] {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return try InputFile.standardInput() }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Terminal.report("")
        }
        Terminal.report(question)
        guard let line = readLine() else { throw CommandFailure(.usage, "no value was typed") }
        return Array(line.utf8)
    }
}
