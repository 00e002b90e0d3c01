internal import Git
internal import Plan
internal import Synchronization
public import Workflows

/// The workflows of other repositories that the files of one commit call.
///
/// Files are read by a parser that can't wait for a network. So it is told at first that they are not there; what it asked for
/// is fetched then, and it reads once more, until it asks for nothing new.
public final class RemoteWorkflows: CalledWorkflows, Sendable {
    private struct File {
        var text: String
        var path: String
        var commit: String
    }

    private struct State {
        var files: [SourceReference: Result<File, CalledWorkflowFailure>] = [:]
        var wanted: Set<SourceReference> = []
        /// By repository and ref, so that all files of a plan are of one commit.
        var sources: [SourceReference: ResolvedSource] = [:]
        var outages: [SourceError] = []
    }

    private let resolver: SourceResolver
    private let repository: String
    private let session: SourceResolver.Session
    private let state = Mutex(State())

    /// - Parameter repository: the name, in the settings, of the repository whose files call.
    public init(resolver: SourceResolver, repository: String, session: SourceResolver.Session) {
        self.resolver = resolver
        self.repository = repository
        self.session = session
    }

    public func text(
        of reference: String, callerReference: String?
    ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?) {
        guard let wanted = Self.reference(reference, callerReference: callerReference) else {
            throw .missing("expected owner/repository/path@ref")
        }
        let answer = state.withLock { state in
            if state.files[wanted] == nil { state.wanted.insert(wanted) }
            return state.files[wanted]
        }
        guard let file = try answer?.get() else { throw .unavailable("it was not fetched") }
        return (file.text, file.path, file.commit)
    }

    /// `./path` and `$/path` in a file of another repository are files of that.
    private static func reference(_ reference: String, callerReference: String?) -> SourceReference? {
        guard let callerReference, reference.hasPrefix("./") || reference.hasPrefix("$/") else {
            return SourceReference(reference)
        }
        return SourceReference(callerReference).map { caller in
            SourceReference(repository: caller.repository, path: String(reference.dropFirst(2)), ref: caller.ref)
        }
    }

    /// Fetches what was asked for in vain.
    ///
    /// - Returns: whether there was anything: then it is worth to read again.
    public func fetchWanted() async -> Bool {
        let wanted = state.withLock { state in
            defer { state.wanted = [] }
            return state.wanted
        }
        await withDiscardingTaskGroup { group in
            for reference in wanted { group.addTask { await self.fetch(reference) } }
        }
        return !wanted.isEmpty
    }

    /// Servers that did not answer: what they have may be had later.
    public var outages: [SourceError] { state.withLock { $0.outages } }

    /// What is to be said of a reference that a plan's job calls: that its tag moved, for one.
    public func warning(about reference: String) -> String? {
        guard let parsed = SourceReference(reference) else { return nil }
        return state.withLock { $0.sources[Self.key(parsed)]?.warning }
    }

    private static func key(_ reference: SourceReference) -> SourceReference {
        SourceReference(repository: reference.repository, ref: reference.ref)
    }

    private func fetch(_ reference: SourceReference) async {
        let answer: Result<File, CalledWorkflowFailure>
        do throws(SourceError) {
            let source = try await source(of: reference)
            let text = try await resolver.text(of: reference.path, at: source)
            if let text {
                answer = .success(File(text: text, path: reference.path, commit: source.commit.description))
            } else {
                answer = .failure(
                    .missing("there is no file \"\(reference.path)\" in \(reference.repository) at \(reference.ref)"))
            }
        } catch {
            if error.isTransient { state.withLock { $0.outages.append(error) } }
            answer = .failure(error.kind == .unusable ? .missing(error.message) : .unavailable(error.message))
        }
        state.withLock { $0.files[reference] = answer }
    }

    private func source(of reference: SourceReference) async throws(SourceError) -> ResolvedSource {
        if let known = state.withLock({ $0.sources[Self.key(reference)] }) { return known }
        let found = try await resolver.resolve(reference, for: repository, in: session)
        return state.withLock { state in
            // Of two that came here at the same time, the first one counts for both.
            if let known = state.sources[Self.key(reference)] { return known }
            state.sources[Self.key(reference)] = found
            return found
        }
    }
}
