internal import Expressions

/// What a forge's webhook says, in one shape for all forges.
enum WebhookMessage: Equatable {
    case ping
    case push(Push)
    case pullRequest(PullRequest)
    case workflowDispatch(workflow: String, ref: String, inputs: [String: String], actor: String)
    case repositoryDispatch(activity: String, actor: String)
    /// An event that starts nothing here.
    case ignored(reason: String)

    struct Push: Equatable {
        var ref: String
        /// Nil for a new ref.
        var before: String?
        /// Nil for a deleted one.
        var after: String?
        var actor: String
    }

    struct PullRequest: Equatable {
        var number: Int
        var activity: String
        var headCommit: String
        var headBranch: String
        var baseBranch: String
        var isFromFork: Bool
        var actor: String
    }
}

extension ExpressionValue {
    /// The string at a path of members; nil where there is none.
    func text(_ path: String...) -> String? {
        guard case .string(let text)? = member(path) else { return nil }
        return text
    }

    func member(_ path: [String]) -> ExpressionValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }
}

/// A commit id, nil for the zeros that stand for "none".
func commitID(_ text: String?) -> String? {
    guard let text, !text.allSatisfy({ $0 == "0" }) else { return nil }
    return text
}
