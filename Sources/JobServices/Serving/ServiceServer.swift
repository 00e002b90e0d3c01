internal import Execution
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The threads of a job's services, and the sockets that they listen on.
///
/// One thread has all connections: there are few, and they are one job's. Others answer, which may wait for the disk.
final class ServiceServer: Sendable {
    private let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let threads = NIOThreadPool(numberOfThreads: 4)
    private let router: ServiceRouter

    /// After which a silent connection is closed; answering may take that long.
    private static let patience = TimeAmount.minutes(15)

    init(_ router: ServiceRouter) {
        self.router = router
        threads.start()
    }

    /// Serves what comes on a socket, until `stop`.
    func serve(_ socket: ServiceSocket) throws(ExecutionError) {
        let (router, threads, address) = (router, threads, socket.address)
        let bootstrap = ServerBootstrap(group: loops)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let operations = channel.pipeline.syncOperations
                    try operations.configureHTTPServerPipeline(withErrorHandling: true)
                    try operations.addHandler(IdleStateHandler(allTimeout: Self.patience))
                    try operations.addHandler(ConnectionHandler(router: router, address: address, threads: threads))
                }
            }
        do { _ = try bootstrap.withBoundSocket(socket.descriptor).wait() } catch {
            throw ExecutionError("can't serve the job's actions on \(address): \(error)")
        }
    }

    /// Closes every socket, and waits for the calls that are being answered.
    func stop() {
        try? loops.syncShutdownGracefully()
        try? threads.syncShutdownGracefully()
    }
}
