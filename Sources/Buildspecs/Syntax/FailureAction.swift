public import Plan

/// `on-failure` of a phase.
public enum FailureAction: Sendable, Equatable {
    /// The build ends, as failed.
    case abort
    /// The next phase runs; the build has failed all the same.
    case proceed
    /// The build begins again, where the error matches; else it ends.
    case retry(CommandBlock.Retry)

    /// How often `RETRY` begins again where it does not say.
    static let standardRetries = 3
    static let mostRetries = 100

    struct Mistake: Error, Equatable {
        var message: String
    }

    /// Reads `ABORT`, `CONTINUE`, `RETRY`, `RETRY-count`, `RETRY-regex` or `RETRY-count-regex`.
    ///
    /// - Parameter isPattern: whether a regular expression can be used.
    init(_ text: String, isPattern: (String) -> Bool) throws(Mistake) {
        switch text.uppercased() {
        case "ABORT": self = .abort
        case "CONTINUE": self = .proceed
        case "RETRY": self = .retry(.init(count: Self.standardRetries))
        case let word where word.hasPrefix("RETRY-") && word.count > 6:
            self = .retry(try Self.retry(String(text.dropFirst(6)), isPattern: isPattern))
        default:
            throw Mistake(
                message: "expected ABORT, CONTINUE, RETRY, RETRY-count, RETRY-regex or RETRY-count-regex, found \"\(text)\"")
        }
    }

    private static func retry(_ rest: String, isPattern: (String) -> Bool) throws(Mistake) -> CommandBlock.Retry {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        var retry = CommandBlock.Retry(count: standardRetries)
        var pattern: Substring? = rest[...]
        let after = rest[digits.endIndex...]
        if !digits.isEmpty, after.isEmpty || after.hasPrefix("-") {
            guard let count = Int(digits), count <= mostRetries else {
                throw Mistake(message: "a build is retried from 0 to \(mostRetries) times, found \(digits)")
            }
            retry.count = count
            pattern = after.isEmpty ? nil : after.dropFirst()
        }
        if let pattern {
            guard isPattern(String(pattern)) else {
                throw Mistake(message: "\"\(pattern)\" is no regular expression that can be used here")
            }
            retry.pattern = String(pattern)
        }
        return retry
    }
}
