import Foundation
import Git
import Plan
import RemoteSources
import SampleRepositories
import Synchronization

/// Fetches in the tests' own process, counts, and fails where it is told to.
final class CountingFetcher: MirrorFetcher {
    private let state = Mutex((addresses: [String](), failure: GitError?.none))

    var addresses: [String] { state.withLock { $0.addresses } }

    func fail(with kind: GitError.Kind?) {
        state.withLock {
            $0.failure = kind.map { GitError($0, operation: "fetching", subject: "the server", reason: "it was told to fail") }
        }
    }

    func fetch(_ request: FetchRequest) async throws(GitError) {
        let failure = state.withLock { state -> GitError? in
            state.addresses.append(request.address)
            return state.failure
        }
        if let failure { throw failure }
        try request.run()
    }
}

/// What the tests change while a resolver uses it.
final class SourceTrialState: Sendable {
    private let state: Mutex<(now: Date, rules: SourceRules, waiting: [@Sendable () async -> Void], reports: [String])>

    init(rules: SourceRules) { state = Mutex((Date(timeIntervalSince1970: 1_767_312_000), rules, [], [])) }

    var now: Date { state.withLock { $0.now } }
    var rules: SourceRules { state.withLock { $0.rules } }
    var reports: [String] { state.withLock { $0.reports } }

    func advance(seconds: Double) { state.withLock { $0.now += seconds } }
    func change(_ change: (inout SourceRules) -> Void) { state.withLock { change(&$0.rules) } }
    func report(_ text: String) { state.withLock { $0.reports.append(text) } }
    func add(_ work: @escaping @Sendable () async -> Void) { state.withLock { $0.waiting.append(work) } }

    /// Does what was put into the background, and says how much that was.
    @discardableResult
    func doWaitingWork() async -> Int {
        let work = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for piece in work { await piece() }
        return work.count
    }
}

/// A server with repositories of actions, and a resolver with a lock, mirrors, and a clock that stands until it is moved.
final class SourceTrial: Sendable {
    let folder: String
    let fetcher = CountingFetcher()
    let lock: LockFile
    let state: SourceTrialState
    /// Held so that they are not removed before the trial is over.
    private let repositories = Mutex<[SampleRepository]>([])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-sources-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/server", withIntermediateDirectories: true)
        lock = LockFile(path: "\(folder)/lock.json")
        state = SourceTrialState(
            rules: SourceRules(directory: SourceDirectory(server: "\(folder)/server"), knownHosts: .any))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A resolver that knows what the folder and the lock hold, as one has it that starts anew.
    func resolver() -> SourceResolver {
        let state = state
        return SourceResolver(
            folder: "\(folder)/actions", rules: { state.rules }, lock: lock, fetcher: fetcher, now: { state.now },
            background: { state.add($0) }, report: { state.report($0) })
    }

    /// A repository that the server has under that name.
    @discardableResult
    func repository(_ name: String, _ files: [String: String?] = ["action.yml": SourceTrial.nodeAction]) throws
        -> SampleRepository
    {
        let repository = try SampleRepository()
        repositories.withLock { $0.append(repository) }
        try repository.push("first", files)
        let link = URL(filePath: "\(folder)/server/\(name).git")
        try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: URL(filePath: repository.origin))
        return repository
    }

    func resolve(
        _ reference: String, by resolver: SourceResolver, for repository: String = "app", followsBranches: Bool = true
    ) async throws -> ResolvedSource {
        guard let parsed = SourceReference(reference) else { throw SourceError(.unusable, "no reference: \(reference)") }
        return try await resolver.resolve(
            parsed, for: repository, in: await resolver.session(followsBranches: followsBranches))
    }

    static let nodeAction = "name: Say\nruns: {using: node20, main: index.js}\n"

    static func composite(_ references: String...) -> String {
        "name: All\nruns:\n  using: composite\n  steps:\n" + references.map { "    - uses: \($0)\n" }.joined()
    }
}

extension SampleRepository {
    /// Sets a tag on the newest commit, moving one of that name, and pushes it.
    func pushTag(_ name: String) throws {
        try git("tag", "-f", name)
        try git("push", "-q", "--force", "origin", name)
    }

    func head() throws -> String { try git("rev-parse", "HEAD") }
}
