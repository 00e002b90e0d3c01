internal import Glibc

/// Standard output and standard error.
enum Terminal {
    /// Whether a person reads standard output as it comes.
    static let isInteractive = isatty(STDOUT_FILENO) == 1

    /// Whether colours are shown: on a terminal that has them, unless `NO_COLOR` is set (see no-color.org).
    static let isColored = isInteractive && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// To standard output, at once.
    static func write(_ text: String) {
        write(Array(text.utf8), to: STDOUT_FILENO)
    }

    static func write(line: String) {
        write(line + "\n")
    }

    static func write(bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    /// A line to standard error.
    static func report(_ line: String) {
        write(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Nobody takes the output any more: there is nothing left to do.
                exit(ExitStatus.rejected.rawValue)
            }
        }
    }
}
