internal import Execution
internal import Git

/// What is checked out: a commit, and the full name of the reference that HEAD is to show.
struct CheckoutRevision {
    var commit: ObjectID
    /// Nil: HEAD is detached.
    var reference: String?

    /// The run's own commit, or what the step names of the run's own repository.
    static func own(_ ref: String?, of source: JobAssignment.Source, in mirror: Mirror) throws(ActionFailure) -> CheckoutRevision?
    {
        guard let ref, ref != source.ref, ref != source.commit else {
            guard let commit = ObjectID(source.commit) else { throw ActionFailure("\(source.commit) is no commit") }
            return CheckoutRevision(commit: commit, reference: source.ref)
        }
        return try named(ref, in: mirror)
    }

    /// The newest commit of the default branch, or what the step names.
    static func other(_ ref: String?, in mirror: Mirror) throws(ActionFailure) -> CheckoutRevision? {
        do {
            guard let name = try ref ?? mirror.defaultBranch() else { return nil }
            return try named(name, in: mirror)
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            throw ActionFailure("\(error)")
        }
    }

    /// A branch before a tag, as the original has it.
    private static func named(_ ref: String, in mirror: Mirror) throws(ActionFailure) -> CheckoutRevision? {
        do throws(GitError) {
            for name in ref.hasPrefix("refs/") ? [ref] : ["refs/heads/\(ref)", "refs/tags/\(ref)"] {
                if let id = try mirror.target(of: name), let commit = try mirror.peeled(id) {
                    return CheckoutRevision(commit: commit, reference: name)
                }
            }
            guard let id = try mirror.resolve(ref), let commit = try mirror.peeled(id) else { return nil }
            return CheckoutRevision(commit: commit, reference: nil)
        } catch {
            throw ActionFailure("\(error)")
        }
    }
}
