internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/repositories/{name}/environments/{environment}`: what was deployed to one environment, and the way back to each.
struct EnvironmentPage: Sendable {
    private static let limit = 30

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let before = request.query.filled("before").flatMap { Int64($0) }
        let view = try await view(request.parameter("environment"), of: request.parameter("name"), before: before)
        return site.renderer.response(view, request: request)
    }

    /// - Parameter before: of a page of the past, which does not change any more, the id that it ends at.
    func view(_ name: String, of repository: String, before: Int64?) async throws -> RenderedView {
        let count = site.changes.count(of: .repository(repository))
        let key = "environment/\(repository)#\(name.lowercased())/\(before ?? 0)"
        return try await site.views.view(key, count: count, maximumAge: .seconds(5)) {
            try await render(name, repository, before: before)
        }
    }

    private func render(_ name: String, _ repository: String, before: Int64?) async throws -> RenderedView {
        let known = try await site.environments(ofRepository: repository)
        guard let (state, rules) = known.first(where: { $0.state.name.lowercased() == name.lowercased() }) else {
            throw WebProblem(.notFound, "The repository \(repository) has no environment \(name).")
        }
        let deployments = try await site.store.environmentDeployments(
            repository: repository, environment: name, before: before, limit: Self.limit + 1)
        let shown = Array(deployments.prefix(Self.limit))
        let services = Dictionary(grouping: try await site.store.deployments(ofJobs: shown.map(\.jobID)), by: \.jobID)
        let isOvertaken = state.current.map { current in
            shown.contains { $0.id > current.id && (services[$0.jobID] ?? []).contains { $0.status.mayHold } }
        }
        let address = EnvironmentValues.address(of: state.name, repository: repository)
        let path = RepositoryPath.encoded(repository)
        let head = site.renderer.html(
            "environment-head", ["name": state.name, "repository": repository, "repositoryPath": path])
        let list = site.renderer.fragment(
            "environment", id: "environment",
            [
                "name": state.name, "current": state.current.map(EnvironmentValues.deployment) ?? false, "rules": rules,
                "hasRules": !rules.isEmpty, "isEmpty": shown.isEmpty, "address": address,
                "older": Filled(deployments.count > Self.limit ? shown.last.map { String($0.id) } : nil),
                "deployments": shown.map { deployment in
                    let isCurrent = deployment.id == state.current?.id
                    return line(
                        deployment, services[deployment.jobID] ?? [], isCurrent: isCurrent,
                        isOvertaken: isCurrent && isOvertaken ?? false)
                },
            ])
        let events =
            "page=environment&repository=\(PercentEncoding.encoded(repository))"
            + "&environment=\(PercentEncoding.encoded(state.name))"
        return site.renderer.view(
            title: "\(state.name) of \(repository)", mood: "",
            frame: PageFrame(section: .environments, events: before == nil ? events : nil),
            fragments: [RenderedView.Fragment(id: nil, html: head), list])
    }

    /// - Parameter isOvertaken: of the last deployment that succeeded: a later one, which did not, changed services and left them so.
    private func line(
        _ deployment: EnvironmentDeployment, _ services: [Deployment], isCurrent: Bool, isOvertaken: Bool
    ) -> PageValues {
        let isPast = deployment.status == .succeeded && (!isCurrent || isOvertaken)
        let values: PageValues = [
            "isCurrent": isCurrent, "isOvertaken": isOvertaken, "canRollBack": isPast && !services.isEmpty,
            "formToken": PageRenderer.tokenPlaceholder,
            "longest": ApprovalEndpoints.longestComment,
            "whyNot": Filled(
                isPast && services.isEmpty
                    ? "its job changed no service and no container: rerun run \(deployment.releasedRunID) to deploy it again"
                    : nil),
            "services": services.map { DeploymentValues.line($0, job: nil, run: deployment.runID) },
        ]
        return EnvironmentValues.deployment(deployment).merging(values) { $1 }
    }
}
