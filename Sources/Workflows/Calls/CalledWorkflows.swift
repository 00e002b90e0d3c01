/// Gives the files of workflows that other workflows call.
///
/// Contract: calls come one after another and may block. The same reference with the same caller yields the same answer for as
/// long as one set of files is read, so that a plan never mixes two commits of a repository.
public protocol CalledWorkflows {
    /// - Parameters:
    ///   - reference: as in `uses` of a job: `./.github/workflows/build.yml`, or with `owner/repository/` in front and `@ref`
    ///     behind.
    ///   - callerReference: the file in which the reference stands, where that is of another repository:
    ///     `owner/repository/.github/workflows/ci.yml@ref`. A reference with `./` then names a file of that repository, at the
    ///     commit that its `ref` was resolved to. Nil: a file of the run's own commit.
    /// - Returns: the file's text, its path from the root of its repository, and the commit that a reference to another
    ///   repository was resolved to; nil for a file of the run's own commit.
    func text(
        of reference: String, callerReference: String?
    ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?)

    /// The text of a file of the run's own commit by its path from the root: the metadata of its actions, for their checks.
    /// Nil where there is none, or it can't be had; nothing but a remark less comes of it. Nil unless said otherwise.
    func file(at path: String) -> String?
}

extension CalledWorkflows {
    public func file(at path: String) -> String? { nil }
}

/// Why the file of a called workflow is not there.
public enum CalledWorkflowFailure: Error, Equatable, Sendable {
    /// The repository, the ref or the file does not exist: the caller's mistake. One sentence without a full stop.
    case missing(String)
    /// It can't be had: the server does not answer, or the settings allow none. One sentence without a full stop that says
    /// what to do.
    case unavailable(String)
    /// It is not looked for here. The call is taken as sound, and its plan stays empty.
    case notFollowed
}

/// Calls of workflows of the same repository only, from files that are at hand.
public struct LocalCalledWorkflows: CalledWorkflows {
    private let others: CalledWorkflowFailure
    private let read: (String) -> String?

    /// - Parameters:
    ///   - others: what is said of the workflows of other repositories.
    ///   - file: the text of a file by its path from the repository's root; nil where there is none.
    public init(others: CalledWorkflowFailure = .notFollowed, file: @escaping (String) -> String?) {
        self.others = others
        read = file
    }

    public func text(
        of reference: String, callerReference: String?
    ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?) {
        guard callerReference == nil, reference.hasPrefix("./") else { throw others }
        let path = String(reference.dropFirst(2))
        guard let text = read(path) else { throw .missing("there is no file \"\(path)\" in this repository") }
        return (text, path, nil)
    }

    public func file(at path: String) -> String? { read(path) }
}

/// Why a file of another language can't call a workflow.
public struct CallProblem: Error, Equatable, Sendable {
    /// What follows "it can't be used": one sentence without a full stop.
    public var message: String
}
