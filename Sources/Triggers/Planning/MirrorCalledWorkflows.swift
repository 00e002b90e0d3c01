internal import Git
internal import Workflows

/// The workflows that the files of a commit call: those of the commit itself from the mirror, others from elsewhere. Blocks.
struct MirrorCalledWorkflows: CalledWorkflows {
    let mirror: Mirror
    let commit: ObjectID
    /// Gives the workflows of other repositories; nil where they can't be fetched.
    var others: (any CalledWorkflows)?

    func text(
        of reference: String, callerReference: String?
    ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?) {
        guard callerReference == nil, reference.hasPrefix("./") else {
            guard let others else { throw .unavailable("workflows of other repositories are not fetched yet") }
            return try others.text(of: reference, callerReference: callerReference)
        }
        let path = String(reference.dropFirst(2))
        let contents: [UInt8]?
        do { contents = try mirror.file(at: path, in: commit) } catch { throw .unavailable(error.description) }
        guard let contents else { throw .missing("there is no file \"\(path)\" in this repository") }
        return (String(decoding: contents, as: UTF8.self), path, nil)
    }

    func file(at path: String) -> String? {
        guard let contents = try? mirror.file(at: path, in: commit) else { return nil }
        return String(decoding: contents, as: UTF8.self)
    }
}
