internal import Dispatch
internal import FoundationEssentials
internal import Git
internal import Glibc
internal import Processes

/// What a forked process does as a fetcher: read one request, fetch, write what came of it, end. SIGALRM ends it at its deadline.
enum FetchRole {
    static let name = "fetch"

    /// Nil: it worked.
    struct Answer: Codable {
        var error: GitError?
    }

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        GitLibrary.prepareAfterFork()
        guard descriptors.count == 2, let bytes = try? Pipes.readAll(descriptors[0].number),
            let request = try? JSONDecoder().decode(FetchRequest.self, from: Data(bytes))
        else { exit(1) }
        var answer = Answer()
        do { try request.run() } catch { answer.error = error }
        if let bytes = try? JSONEncoder().encode(answer) { try? Pipes.write([UInt8](bytes), to: descriptors[1].number) }
        exit(0)
    }
}

/// Fetches in processes of their own, since libgit2 can't be stopped while it connects.
struct ForkedFetcher: MirrorFetcher {
    let forkServer: ForkServerClient

    func fetch(_ request: FetchRequest) async throws(GitError) {
        let answer: FetchRole.Answer?
        do { answer = try await exchange(request) } catch {
            throw GitError(
                .io, operation: "fetching", subject: request.address, reason: "\(error)",
                remedy: "See whether the daemon can start processes.")
        }
        guard let answer else {
            throw GitError(
                .timeout, operation: "fetching", subject: request.address,
                reason: "no answer within \(Int(request.timeout)) seconds",
                remedy: "Check the address and the network, or raise limits.fetch_timeout.")
        }
        if let error = answer.error { throw error }
    }

    private func exchange(_ request: FetchRequest) async throws -> FetchRole.Answer? {
        let toFetcher = try Pipes.make()
        let fromFetcher = try Pipes.make()
        let process = try await forkServer.fork(
            role: FetchRole.name, descriptors: [toFetcher.read.number, fromFetcher.write.number],
            deadline: .seconds(request.timeout))
        toFetcher.read.close()
        fromFetcher.write.close()
        try Pipes.write([UInt8](try JSONEncoder().encode(request)), to: toFetcher.write.number)
        toFetcher.write.close()
        let bytes = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[UInt8], any Error>) in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Pipes.readAll(fromFetcher.read.number) })
            }
        }
        withExtendedLifetime(process) {}
        return bytes.isEmpty ? nil : try JSONDecoder().decode(FetchRole.Answer.self, from: Data(bytes))
    }
}
