internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Plan
internal import Signing
internal import Store

/// `/badges/{repository}.svg`: how its pipelines stand on a branch.
struct BadgeEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// `?branch=`: the default branch; `?workflow=`: a name or a file, else all of them.
    func badge(_ request: WebRequest) async throws -> Response {
        let name = request.parameter("name")
        guard name.hasSuffix(".svg"),
            let repository = await site.operations.repositories().first(where: { $0.name == name.dropLast(4) }),
            await isShown(repository, to: request)
        else { throw WebProblem(.notFound, "There is no badge \(name).") }
        let badge = try await badge(
            of: repository, branch: request.query.filled("branch"), workflow: request.query.filled("workflow"))
        let svg = badge.svg
        let tag = "\"\(SHA256.hexadecimal(svg).prefix(24))\""
        let headers: HTTPFields = [
            .contentType: "image/svg+xml; charset=utf-8", .eTag: tag,
            // Those who show pictures of others keep them: a minute is what a badge may be behind.
            .cacheControl: "\(repository.isBadgePublic ? "public" : "private"), max-age=60, must-revalidate",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: svg)))
    }

    /// The route is open for public badges; any other is for those who may see the page.
    private func isShown(_ repository: RepositoryDescription, to request: WebRequest) async -> Bool {
        // Nobody else is told that there is such a repository.
        if repository.isBadgePublic { return true }
        return await Callers(site).mayRead(request)
    }

    private func badge(
        of repository: RepositoryDescription, branch: String?, workflow: String?
    ) async throws -> Badge {
        let query = WorkflowStateQuery(
            repository: repository.name, branch: branch ?? repository.defaultBranch,
            paths: branch == nil ? repository.pipelines.map(Set.init) : nil)
        let states = try await site.store.workflowStates([query])[repository.name] ?? []
        let chosen = states.filter { state in
            guard let workflow else { return true }
            return [state.name, state.newest.workflow, state.newest.workflowPath, state.newest.workflowPath.fileName]
                .contains(workflow)
        }
        let label = workflow.map { name in chosen.first?.name ?? name } ?? repository.name
        return Badge(label: label, chosen.map { (Badge.State($0.newest), $0.verdict.map(Badge.State.init)) })
    }
}

extension Badge.State {
    init(_ run: Run) {
        guard run.status == .completed else {
            self = .running
            return
        }
        switch run.conclusion {
        case .success: self = .passing
        case .cancelled, .skipped, nil: self = .cancelled
        case .failure, .timedOut, .lost, .refused: self = .failing
        }
    }
}
