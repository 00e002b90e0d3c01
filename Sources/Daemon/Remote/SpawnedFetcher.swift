internal import Actions
internal import Execution
internal import Foundation
internal import Git
internal import Glibc
internal import Processes

/// Fetches in a fresh process of this program, which is killed at the deadline, or when nobody wants it any more.
struct SpawnedFetcher: CheckoutFetcher, MirrorFetcher {
    /// What the process gets of this one's environment: how to reach a network. No agent: it would answer for this user.
    private static let variables = [
        "SSL_CERT_FILE", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY",
    ]

    func fetch(_ request: FetchRequest, cancellation: Cancellation) throws(GitError) {
        try fetch(request) { cancellation.level != .none }
    }

    func fetch(_ request: FetchRequest) async throws(GitError) {
        try await BlockingQueue(label: "slipway.fetch").run { () throws(GitError) in try fetch(request) { false } }
    }

    private func fetch(_ request: FetchRequest, isCancelled: () -> Bool) throws(GitError) {
        let bytes: [UInt8]
        do { bytes = try exchange(request, isCancelled: isCancelled) } catch let error as GitError {
            throw error
        } catch {
            throw GitError(
                .io, operation: "fetching", subject: request.address, reason: "\(error)",
                remedy: "See whether this machine can start processes.")
        }
        guard let answer = try? JSONDecoder().decode(FetchRole.Answer.self, from: Data(bytes)) else {
            throw GitError(
                .io, operation: "fetching", subject: request.address, reason: "the process that fetched ended without a word")
        }
        if let error = answer.error { throw error }
    }

    private func exchange(_ request: FetchRequest, isCancelled: () -> Bool) throws -> [UInt8] {
        let order = try OwnedDescriptor.inMemory([UInt8](try JSONEncoder().encode(request)))
        let (reading, writing) = try OwnedDescriptor.pipe()
        let environment = ProcessInfo.processInfo.environment
        var specification = ProcessSpecification(
            executable: "/proc/self/exe", arguments: [FetchProcess.command],
            environment: Self.variables.compactMap { name in environment[name].map { (name, $0) } })
        specification.standardInput = .descriptor(order.number)
        specification.output = .descriptor(writing.number)
        specification.errors = .null
        specification.deathSignal = SIGKILL
        let process = try SpawnedProcess.start(specification)
        writing.close()
        let end = ContinuousClock.now + .seconds(request.timeout)
        while process.wait(until: .now + .milliseconds(100)) == nil {
            guard !isCancelled(), ContinuousClock.now < end else {
                process.signalGroup(SIGKILL)
                _ = process.wait()
                if isCancelled() {
                    throw GitError(.cancelled, operation: "fetching", subject: request.address, reason: "it was cancelled")
                }
                throw GitError(
                    .timeout, operation: "fetching", subject: request.address,
                    reason: "no answer within \(Int(request.timeout)) seconds")
            }
        }
        return try reading.readToEnd()
    }
}
