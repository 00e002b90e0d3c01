internal import HTTPTransport

/// What a container, or a command in it, writes while it runs. Used by one thread.
///
/// The order within each of the two channels is kept; between them it is the one in which the engine reads them.
public final class ContainerOutput {
    /// How a wait for output ended.
    public enum News: Equatable, Sendable {
        case output
        /// There is no more: the process ended, or closed both channels.
        case end
        case interrupted
        case momentPassed
    }

    private let stream: EngineStream
    private var demultiplexer = OutputDemultiplexer()

    init(_ stream: EngineStream) { self.stream = stream }

    /// Waits for the next output and hands it over.
    public func read(
        _ patience: Patience = .endless, hand: (OutputChannel, UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) -> News {
        switch try stream.next(patience) {
        case .bytes(let bytes):
            demultiplexer.take(bytes, hand: hand)
            return .output
        case .end: return .end
        case .interrupted: return .interrupted
        case .momentPassed: return .momentPassed
        }
    }
}
