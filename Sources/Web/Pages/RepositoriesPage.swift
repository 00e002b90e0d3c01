internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/repositories`: the repositories, how their pipelines stand and their newest runs, the troubled ones findable at a glance.
struct RepositoriesPage: Sendable {
    /// What `?show=` leaves.
    private enum Filter: String, CaseIterable {
        case all, failing, running, unreachable

        var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    private struct Entry {
        let repository: RepositoryDescription
        let remote: RemoteStatus?
        let runs: [Run]
        let state: BranchState

        var isUnreachable: Bool { (remote?.failures ?? 0) > 0 }
        var isRunning: Bool { state.isUnderWay || runs.contains { $0.status != .completed } }
        var isFailing: Bool { state.isFailing }

        func isShown(by filter: Filter) -> Bool {
            switch filter {
            case .all: true
            case .failing: isFailing
            case .running: isRunning
            case .unreachable: isUnreachable
            }
        }
    }

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let filter = request.query["show"] ?? ""
        return site.renderer.response(try await view(filter: filter), request: request)
    }

    func view(filter name: String) async throws -> RenderedView {
        let filter = Filter(rawValue: name) ?? .all
        let count = site.changes.count(of: .everything)
        // Looks at a remote that change nothing are not told, so "last checked" is at most this old.
        return try await site.views.view("repositories/\(filter.rawValue)", count: count, maximumAge: .seconds(2)) {
            try await render(filter)
        }
    }

    private func render(_ filter: Filter) async throws -> RenderedView {
        let entries = try await entries()
        let shown = entries.filter { $0.isShown(by: filter) }
        let values: PageValues = [
            "summary": summary(of: entries),
            "filters": Filter.allCases.map { choice -> PageValues in
                [
                    "label": choice.label, "address": choice == .all ? "/repositories" : "/repositories?show=\(choice.rawValue)",
                    "isChosen": choice == filter, "count": entries.filter { $0.isShown(by: choice) }.count,
                ]
            },
            "repositories": shown.map(values), "isEmpty": shown.isEmpty, "hasNone": entries.isEmpty,
        ]
        let fragment = site.renderer.fragment("repositories", id: "repositories", values)
        let mood =
            entries.contains(where: \.isFailing) ? "failure" : entries.contains(where: \.isRunning) ? "running" : "success"
        return site.renderer.view(
            title: "Repositories", mood: entries.isEmpty ? "" : mood,
            frame: PageFrame(section: .repositories, events: "page=repositories&show=\(filter.rawValue)"),
            fragments: [fragment])
    }

    private func entries() async throws -> [Entry] {
        let overviews = Dictionary(
            try await site.store.repositoryOverviews(latest: 5).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let repositories = await site.operations.repositories()
        let states = try await site.branchStates(of: repositories)
        return repositories.map { repository in
            let overview = overviews[repository.name]
            return Entry(
                repository: repository, remote: overview?.remote, runs: overview?.runs ?? [],
                state: states[repository.name] ?? BranchState(branch: nil, workflows: []))
        }
    }

    private func summary(of entries: [Entry]) -> String {
        let failing = entries.filter(\.isFailing).count
        let running = entries.flatMap(\.runs).filter { $0.status != .completed }.count
        let unreachable = entries.filter(\.isUnreachable).count
        var parts: [String] = []
        if failing > 0 { parts.append("\(failing) failing") }
        if unreachable > 0 { parts.append("\(unreachable) unreachable") }
        if running > 0 { parts.append("\(running) under way") }
        return parts.isEmpty ? "All is quiet" : parts.joined(separator: ", ")
    }

    private func values(_ entry: Entry) -> PageValues {
        let mood = entry.state.mood
        return [
            "name": entry.repository.name, "url": RemoteText.withoutCredentials(entry.repository.url),
            "path": RepositoryPath.encoded(entry.repository.name),
            "mood": mood?.name ?? "none", "badge": mood?.badge(adding: entry.state.place) ?? "",
            "states": WorkflowMark.html(entry.state.workflows), "hasStates": !entry.state.workflows.isEmpty,
            "stateLabel": "Workflows\(entry.state.place)",
            "remote": RemoteLine.html(entry.remote), "isUnreachable": entry.isUnreachable,
            "rows": RunRow.html(entry.runs), "hasRuns": !entry.runs.isEmpty,
        ]
    }
}

/// When a remote was looked at, and whether it answered, in a sentence.
enum RemoteLine {
    static func html(_ status: RemoteStatus?) -> String {
        guard let status, let attempt = status.lastAttemptAt else { return "Not checked yet" }
        guard status.failures > 0 else { return "Checked \(HTMLText.time(attempt))" }
        let since = status.failingSince.map { " since \(HTMLText.time($0))" } ?? ""
        let answer = status.lastSuccessAt.map { ", last answer \(HTMLText.time($0))" } ?? ", never reached"
        let next = status.nextAttemptAt.map { ", next try \(HTMLText.time($0))" } ?? ""
        let reason = status.error.map { ": \(HTMLText.escaped($0))" } ?? ""
        return "Unreachable\(since)\(answer)\(next)\(reason)"
    }
}
