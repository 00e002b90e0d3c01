import Expressions
import Foundation
import Git
import Plan
import RemoteSources
import SampleRepositories
import Signing
import Store
import Synchronization
import Testing

@testable import Triggers

/// Fetches in the tests' own process.
struct LocalFetcher: MirrorFetcher {
    func fetch(_ request: FetchRequest) async throws(GitError) { try request.run() }
}

/// A repository that is watched: a real one, a real store, and a clock that stands until it is moved.
final class WatchTrial: Sendable {
    static let start = Date(timeIntervalSince1970: 1_767_312_060)

    static let pipeline = """
        name: CI
        on:
          push:
          pull_request:
        jobs:
          test:
            runs-on: ubuntu-latest
            steps: [{run: make}]
        """

    let repository: SampleRepository
    let store: Store
    private let state = Mutex((now: start, started: [Int64](), reports: [String]()))

    init() throws {
        repository = try SampleRepository()
        store = try Store.open(at: "\(repository.folder)/slipway.db")
    }

    var now: Date { state.withLock { $0.now } }
    func advance(seconds: Double) { state.withLock { $0.now += seconds } }
    /// The runs that were handed on, by their ids.
    var started: [Int64] { state.withLock { $0.started } }
    var reports: [String] { state.withLock { $0.reports } }

    func watched() throws -> WatchedRepository {
        WatchedRepository(
            name: "app", address: try RemoteAddress(parsing: repository.origin), mirrorPath: "\(repository.folder)/mirror.git",
            pollInterval: 60, webhookSecret: "s3cret", credential: .none, knownHosts: .any, fullName: "ada/app",
            serverURL: "https://example.org")
    }

    /// A watcher that has had its first look; what is pushed so far starts nothing.
    func watcher(
        sources: ActionSurveyor? = nil, _ change: (inout WatchedRepository) -> Void = { _ in }
    ) async throws -> RepositoryWatcher {
        var watched = try watched()
        change(&watched)
        let watcher = RepositoryWatcher(
            repository: watched, store: store, fetcher: LocalFetcher(), sources: sources,
            started: { runs in self.state.withLock { $0.started += runs.map(\.run.id) } },
            report: { text in self.state.withLock { $0.reports.append(text) } }, now: { self.now })
        await watcher.prepare()
        return watcher
    }

    /// The events, oldest first, without the note of the first look.
    func records() async throws -> [TriggerRecord] {
        try await allRecords().filter { $0.event != "first_look" }
    }

    func allRecords() async throws -> [TriggerRecord] {
        try await store.triggerRecords(repository: "app", limit: 100).reversed()
    }

    func commits() async throws -> [String] { try await records().map(\.commit) }

    func runs() async throws -> [Run] { try await store.runs(RunFilter(repository: "app")).runs.reversed() }

    /// Stores a delivery as the receiver does, and has the watcher deal with it.
    func deliver(_ event: String, _ payload: String, id: String = UUID().uuidString, to watcher: RepositoryWatcher) async throws {
        let receiver = WebhookReceiver(
            store: store, repositories: { [watched = try? watched()] in watched.map { [$0] } ?? [] }, now: { self.now })
        let body = Array(payload.utf8)
        let receipt = try await receiver.receive(
            forge: "gitlab", repositoryName: "app",
            headers: ["x-gitlab-token": "s3cret", "x-gitlab-event": event, "x-gitlab-event-uuid": id], body: body)
        guard case .stored(let stored, _, _) = receipt else { return }
        await watcher.deal(withDelivery: stored)
    }

    /// The same as GitHub sends it.
    func deliverGitHub(
        _ event: String, _ payload: String, id: String = UUID().uuidString, to watcher: RepositoryWatcher
    ) async throws {
        let receiver = WebhookReceiver(
            store: store, repositories: { [watched = try? watched()] in watched.map { [$0] } ?? [] }, now: { self.now })
        let body = Array(payload.utf8)
        let signature = HMAC.sha256Hexadecimal(key: Array("s3cret".utf8), message: body)
        let receipt = try await receiver.receive(
            forge: "github", repositoryName: "app",
            headers: [
                "x-hub-signature-256": "sha256=" + signature, "x-github-event": event, "x-github-delivery": id,
            ], body: body)
        guard case .stored(let stored, _, _) = receipt else { return }
        await watcher.deal(withDelivery: stored)
    }

    func deliverPush(from before: String?, to after: String, to watcher: RepositoryWatcher, id: String = UUID().uuidString)
        async throws
    {
        let zero = String(repeating: "0", count: 40)
        let payload = """
            {"object_kind": "push", "ref": "refs/heads/main", "before": "\(before ?? zero)", "after": "\(after)", \
            "user_username": "ada"}
            """
        try await deliver("Push Hook", payload, id: id, to: watcher)
    }
}
