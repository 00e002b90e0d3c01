internal import EngineAddresses
internal import FoundationEssentials
internal import Glibc
internal import Processes

/// One connection of a job's command to the engine, from its begin to its end, on the calling thread.
struct RelayedConnection {
    private let client: UnixSocket
    private let ended: Int32
    private let address: EngineAddress
    private static let pieceSize = 64 << 10

    /// - Parameter ended: readable, or at its end, once the relay is closed.
    init(client: UnixSocket, ended: Int32, address: EngineAddress) {
        self.client = client
        self.ended = ended
        self.address = address
    }

    /// What came from one side and is not yet at the other.
    private struct Piece {
        var bytes = [UInt8](repeating: 0, count: RelayedConnection.pieceSize)
        var sent = 0
        var filled = 0
        /// Whether nothing more comes.
        var isAtEnd = false

        var isEmpty: Bool { sent == filled }

        mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> RelayOutcome) -> RelayOutcome {
            let outcome = bytes.withUnsafeMutableBytes(read)
            switch outcome {
            case .moved(let count): (sent, filled) = (0, count)
            case .end: isAtEnd = true
            case .notNow, .broken: break
            }
            return outcome
        }

        mutating func drain(_ write: (UnsafeRawBufferPointer) -> RelayOutcome) -> RelayOutcome {
            let outcome = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[sent..<filled])) }
            if case .moved(let count) = outcome { sent += count }
            return outcome
        }
    }

    func run() {
        let engine: RelayEnd
        do throws(DockerError) { engine = try RelayEnd(to: address, ended: ended) } catch { return answer(error) }
        var outward = Piece()
        var inward = Piece()
        var isEndTold = false
        while true {
            var outcomes: [RelayOutcome] = []
            if outward.isEmpty, !outward.isAtEnd { outcomes.append(outward.fill(readClient)) }
            if !outward.isEmpty { outcomes.append(outward.drain(engine.write)) }
            if outward.isEmpty, outward.isAtEnd, !isEndTold {
                let outcome = engine.finishWriting()
                isEndTold = outcome == .end
                outcomes.append(outcome)
            }
            if inward.isEmpty, !inward.isAtEnd { outcomes.append(inward.fill(engine.read)) }
            if !inward.isEmpty { outcomes.append(inward.drain(writeClient)) }
            if outcomes.contains(.broken) || (inward.isEmpty && inward.isAtEnd) { return }
            if outcomes.contains(where: { if case .moved = $0 { true } else { false } }) { continue }
            guard wait(engine, outward: outward, inward: inward, hasEndToTell: outward.isAtEnd && !isEndTold) else { return }
        }
    }

    /// - Returns: false where the connection is of no use any more.
    private func wait(_ engine: RelayEnd, outward: Piece, inward: Piece, hasEndToTell: Bool) -> Bool {
        var ofClient = Int16(0)
        if outward.isEmpty, !outward.isAtEnd { ofClient |= Int16(POLLIN) }
        if !inward.isEmpty { ofClient |= Int16(POLLOUT) }
        var ofEngine = engine.wantsWrite || !outward.isEmpty || hasEndToTell ? Int16(POLLOUT) : 0
        if inward.isEmpty { ofEngine |= Int16(POLLIN) }
        var entries = [
            pollfd(fd: client.number, events: ofClient, revents: 0), pollfd(fd: engine.descriptor, events: ofEngine, revents: 0),
            pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&entries, 3, -1) >= 0 || errno == EINTR else { return false }
        // Both directions of the client are closed: nobody reads an answer.
        let isClientGone = outward.isAtEnd && entries[0].revents & Int16(POLLHUP | POLLERR) != 0
        return entries[2].revents == 0 && !isClientGone
    }

    private func readClient(_ buffer: UnsafeMutableRawBufferPointer) -> RelayOutcome {
        RelayOutcome(count: recv(client.number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)))
    }

    private func writeClient(_ bytes: UnsafeRawBufferPointer) -> RelayOutcome {
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        let outcome = RelayOutcome(count: send(client.number, bytes.baseAddress, bytes.count, flags))
        return outcome == .end ? .broken : outcome
    }

    /// Tells in the engine's own way why it can't be had; where it is is none of the job's business.
    private func answer(_ error: DockerError) {
        let message = "can't reach the Docker Engine of this host's settings (docker.socket): \(error.detail)"
        let body = String(decoding: (try? JSONEncoder().encode(["message": message])) ?? Data(), as: UTF8.self)
        let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
        // The client is gone where this fails.
        try? client.write(Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
    }
}

/// What came of moving bytes.
enum RelayOutcome: Equatable {
    /// More than none.
    case moved(Int)
    case notNow
    /// Nothing more comes from there.
    case end
    case broken

    /// Of recv(2) and send(2).
    init(count: Int) {
        if count > 0 {
            self = .moved(count)
        } else if count == 0 {
            self = .end
        } else {
            self = [EAGAIN, EINTR].contains(errno) ? .notNow : .broken
        }
    }
}
