internal import ServiceLifecycle

/// A part of the daemon that runs until a graceful shutdown cancels it, which is no error.
struct DaemonTask: Service {
    let body: @Sendable () async -> Void

    func run() async throws {
        let body = body
        await cancelWhenGracefulShutdown { await body() }
    }
}
