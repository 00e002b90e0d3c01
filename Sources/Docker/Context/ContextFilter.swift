/// Decides, on the way through a context's folders, what is sent.
struct ContextFilter {
    /// What is known of a folder: for each rule, whether it fits the folder or one above it.
    struct Level {
        fileprivate var fits: [Bool]
    }

    enum Verdict {
        case sent(Level)
        /// The folder is left out, and an exception may take back what lies in it.
        case passedThrough(Level)
        case leftOut
    }

    private let rules: [IgnoreRule]
    private let descent: ContextDescent
    private let hasExceptions: Bool

    init(_ rules: IgnoreRules, descent: ContextDescent) {
        self.rules = rules.rules
        self.descent = descent
        hasExceptions = rules.hasExceptions
    }

    var root: Level { Level(fits: [Bool](repeating: false, count: rules.count)) }

    /// - Parameters:
    ///   - path: from the root of the context on, without a slash at its end.
    ///   - parent: of the folder that it is in.
    func verdict(on path: [UInt32], isFolder: Bool, in parent: Level) -> Verdict {
        var level = root
        var isLeftOut = false
        for (index, rule) in rules.enumerated() {
            // What would not change the answer is not looked at: so Docker does it, and what it then takes to be known of a
            // folder decides over what lies in it.
            let isOpen = rule.isException == isLeftOut
            guard parent.fits[index] || (isOpen && rule.pattern.matches(path)) else { continue }
            level.fits[index] = true
            isLeftOut = !rule.isException
        }
        guard isLeftOut else { return .sent(level) }
        return isFolder && mayHoldExceptions(path) ? .passedThrough(level) : .leftOut
    }

    private func mayHoldExceptions(_ folder: [UInt32]) -> Bool {
        guard hasExceptions else { return false }
        let inside = folder + [PathExpression.slash]
        return rules.contains { rule in
            guard rule.isException else { return false }
            let text = PathText.scalars(rule.pattern.text)
            if (text + [PathExpression.slash]).starts(with: inside) { return true }
            return descent == .everyException && rule.pattern.hasWildcards
        }
    }
}

/// Into which folders that are left out a client looks for exceptions.
public enum ContextDescent: Sendable {
    /// Into those that stand word for word in an exception: Docker's classic builder, and every client before 23.0.
    case namedFolders
    /// Wherever an exception with wildcards might fit: BuildKit's clients since then.
    case everyException
}

extension IgnorePattern {
    fileprivate var hasWildcards: Bool { text.utf8.contains { "*?[\\^".utf8.contains($0) } }
}
