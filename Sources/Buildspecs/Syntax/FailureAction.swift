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
        /// Where in the text, in Unicode scalars; nil: it is about the whole.
        var offset: Int?
    }

    /// Reads `ABORT`, `CONTINUE`, `RETRY`, `RETRY-count`, `RETRY-regex` or `RETRY-count-regex`.
    init(_ text: String) throws(Mistake) {
        switch text.uppercased() {
        case "ABORT": self = .abort
        case "CONTINUE": self = .proceed
        case "RETRY": self = .retry(.init(count: Self.standardRetries))
        case let word where word.hasPrefix("RETRY-") && word.count > 6: self = .retry(try Self.retry(text))
        default:
            throw Mistake(
                message: "expected ABORT, CONTINUE, RETRY, RETRY-count, RETRY-regex or RETRY-count-regex, found \"\(text)\"")
        }
    }

    private static func retry(_ text: String) throws(Mistake) -> CommandBlock.Retry {
        let rest = text.dropFirst("RETRY-".count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        var retry = CommandBlock.Retry(count: standardRetries)
        var pattern = rest
        let after = rest[digits.endIndex...]
        if !digits.isEmpty, after.isEmpty || after.hasPrefix("-") {
            guard let count = Int(digits), count <= mostRetries else {
                throw Mistake(message: "a build is retried from 0 to \(mostRetries) times, found \(digits)")
            }
            retry.count = count
            if after.isEmpty { return retry }
            pattern = after.dropFirst()
            guard !pattern.isEmpty else {
                throw Mistake(
                    message: "expected a regular expression after \"RETRY-\(digits)-\"; without one it is \"RETRY-\(digits)\"")
            }
        }
        let offset = text.unicodeScalars.distance(from: text.startIndex, to: pattern.startIndex)
        do { retry.pattern = try RetryPattern(String(pattern)).text } catch {
            throw Mistake(message: error.message, offset: error.offset.map { $0 + offset })
        }
        return retry
    }
}
