/// Names of signals, as kill(1) lists them. Numbers are those of Linux on x86-64 and ARM (signal(7)).
public enum Signals {
    private static let names = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN",
        "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ]

    /// `15` → `SIGTERM`; a real-time signal is named by its distance from the first, as in `SIGRTMIN+3`.
    public static func name(of signal: Int32) -> String {
        if signal >= 1, signal <= Int32(names.count) { return names[Int(signal) - 1] }
        // The C library keeps 32 and 33 for itself.
        if signal == 34 { return "SIGRTMIN" }
        if signal > 34, signal <= 64 { return "SIGRTMIN+\(signal - 34)" }
        return "signal \(signal)"
    }

    /// `SIGTERM` or `TERM` → `15`; nil for what is no signal's name.
    public static func number(named name: String) -> Int32? {
        let upper = name.uppercased()
        let full = upper.hasPrefix("SIG") ? upper : "SIG" + upper
        return names.firstIndex(of: full).map { Int32($0) + 1 }
    }
}
