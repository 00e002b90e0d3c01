internal import Hummingbird
internal import Plan
internal import Store

/// `/environments`: what is deployed where, since when and by whom.
struct EnvironmentsPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        site.renderer.response(try await view(), request: request)
    }

    func view() async throws -> RenderedView {
        let count = site.changes.count(of: .everything)
        return try await site.views.view("environments", count: count, maximumAge: .seconds(5)) { try await render() }
    }

    private func render() async throws -> RenderedView {
        let states = try await site.environments(ofRepository: nil)
        let list = site.renderer.fragment(
            "environments", id: "environments",
            [
                "isEmpty": states.isEmpty,
                "environments": states.enumerated().map { index, entry -> PageValues in
                    let (state, rules) = entry
                    return [
                        "index": index, "name": state.name, "repository": state.repository,
                        "repositoryPath": RepositoryPath.encoded(state.repository),
                        "address": EnvironmentValues.address(of: state.name, repository: state.repository),
                        "current": state.current.map(EnvironmentValues.deployment) ?? false,
                        "newest": state.newest.map(EnvironmentValues.deployment) ?? false, "rules": rules,
                        "hasRules": !rules.isEmpty,
                    ]
                },
            ])
        let head = site.renderer.html("environments-head", PageValues())
        return site.renderer.view(
            title: "Environments", mood: "", frame: PageFrame(section: .environments, events: "page=environments"),
            fragments: [RenderedView.Fragment(id: nil, html: head), list])
    }
}

extension WebSite {
    /// The environments that something was deployed to or that the settings name, with what protects each.
    ///
    /// - Parameter repository: nil: of all.
    func environments(ofRepository repository: String?) async throws -> [(state: EnvironmentState, rules: [String])] {
        var states = try await store.environments(ofRepository: repository)
        var rules: [String: [String]] = [:]
        func key(_ repository: String, _ name: String) -> String { "\(repository)#\(name.lowercased())" }
        for known in await operations.repositories() where repository == nil || known.name == repository {
            for environment in await operations.environments(ofRepository: known.name) {
                rules[key(known.name, environment.name)] = environment.rules
                let isListed = states.contains {
                    $0.repository == known.name && $0.name.lowercased() == environment.name.lowercased()
                }
                if !isListed { states.append(EnvironmentState(repository: known.name, name: environment.name)) }
            }
        }
        states.sort { ($0.repository, $0.name.lowercased()) < ($1.repository, $1.name.lowercased()) }
        return states.map { ($0, rules[key($0.repository, $0.name)] ?? []) }
    }
}
