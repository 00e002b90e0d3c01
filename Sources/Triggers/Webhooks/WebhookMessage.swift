internal import Expressions

/// What a forge's webhook says, in one shape for all forges.
enum WebhookMessage: Equatable {
    case ping
    case push(Push)
    case pullRequest(PullRequest)
    case workflowDispatch(workflow: String, ref: String, inputs: [String: String], actor: String)
    case repositoryDispatch(activity: String, actor: String)
    case activity(Activity)
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
        /// Those of the workflow language that it is: `pull_request` and `pull_request_target`, or a review.
        var events: [String]
        var number: Int
        var activity: String
        var headCommit: String
        var headBranch: String
        var baseBranch: String
        var isFromFork: Bool
        var actor: String
    }

    /// Anything else that may start pipelines: an issue, a release, a check.
    struct Activity: Equatable {
        /// Where it runs, after "Events that trigger workflows" in GitHub's manual.
        enum Place: Equatable {
            case defaultBranch
            /// Where this ref stands.
            case ref(String)
            /// A commit, and the branch or tag that it was named by, without `refs/`.
            case commit(String, name: String?)
            case mergeGroup(ref: String, commit: String, base: String?)
        }

        /// In the workflow language.
        var event: String
        /// Nil for an event that has no activity types.
        var activity: String?
        var place: Place
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
