internal import Git
internal import Processes

/// Fetches in processes of their own, since libgit2 can't be stopped while it connects.
struct ForkedFetcher: MirrorFetcher {
    let forkServer: ForkServerClient

    func fetch(_ request: FetchRequest) async throws(GitError) {
        let answer: FetchRole.Answer?
        do {
            answer = try await forkServer.exchange(
                role: FetchRole.name, request: request, deadline: .seconds(request.timeout), as: FetchRole.Answer.self)
        } catch is CancellationError {
            throw GitError(.cancelled, operation: "fetching", subject: request.address, reason: "Slipway is stopping")
        } catch {
            throw GitError(
                .io, operation: "fetching", subject: request.address, reason: "\(error)",
                remedy: "See whether the daemon can start processes.")
        }
        guard let answer else {
            if Task.isCancelled {
                throw GitError(
                    .cancelled, operation: "fetching", subject: request.address, reason: "nobody waits for it any more")
            }
            throw GitError(
                .timeout, operation: "fetching", subject: request.address,
                reason: "no answer within \(Int(request.timeout)) seconds",
                remedy: "Check the address and the network, or raise limits.fetch_timeout.")
        }
        if let error = answer.error { throw error }
    }
}
