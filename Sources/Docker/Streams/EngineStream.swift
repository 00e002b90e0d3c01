internal import EngineAddresses
internal import HTTPTransport

/// An answer of the engine while it comes. Used by one thread.
final class EngineStream {
    private let exchange: TransportExchange
    let action: String
    private let address: EngineAddress

    init(_ exchange: TransportExchange, action: String, address: EngineAddress) {
        self.exchange = exchange
        self.action = action
        self.address = address
    }

    func head(_ patience: Patience) throws(DockerError) -> TransportHead {
        do {
            if let head = try exchange.head(until: patience.moment, interruption: patience.descriptor) { return head }
        } catch {
            throw DockerEngine.failure(action, error, at: address)
        }
        throw impatience(patience)
    }

    /// The next news, also of an end to the caller's patience; the stream can be read on after it.
    func next(_ patience: Patience) throws(DockerError) -> TransportExchange.News {
        do { return try exchange.next(until: patience.moment, interruption: patience.descriptor) } catch {
            throw DockerEngine.failure(action, error, at: address)
        }
    }

    /// The next bytes, nil at the end.
    func bytes(_ patience: Patience) throws(DockerError) -> [UInt8]? {
        switch try next(patience) {
        case .bytes(let bytes): return bytes
        case .end: return nil
        case .interrupted: throw DockerError(.interrupted, action, "it was cancelled")
        case .momentPassed: throw DockerError(.momentPassed, action, "it took too long")
        }
    }

    /// All that is still to come.
    func rest(_ patience: Patience) throws(DockerError) -> [UInt8] {
        var rest: [UInt8] = []
        while let bytes = try bytes(patience) {
            rest += bytes
            guard rest.count <= Self.longestAnswer else {
                throw DockerError(.failed, action, "the engine's answer has more than \(Self.longestAnswer) bytes")
            }
        }
        return rest
    }

    private static let longestAnswer = 64 << 20

    private func impatience(_ patience: Patience) -> DockerError {
        if let moment = patience.moment, ContinuousClock.now >= moment {
            return DockerError(.momentPassed, action, "it took too long")
        }
        return DockerError(.interrupted, action, "it was cancelled")
    }
}
