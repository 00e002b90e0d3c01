internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Writes whole events to one client. A write waits while the client does not read; several tasks may write, each event
/// stays in one piece.
final class EventWriter: Sendable {
    private let writer: UncheckedWriter
    private let traffic: WebTraffic

    init(writer: any ResponseBodyWriter, traffic: WebTraffic) {
        self.writer = UncheckedWriter(writer)
        self.traffic = traffic
    }

    func write(_ event: ByteBuffer) async throws {
        try Task.checkCancellation()
        try await writer.write(event)
        traffic.streamedBytes.add(event.readableBytes, ordering: .relaxed)
    }
}

/// Proof: a response's body writer is a value around the channel's asynchronous writer, which takes elements from several
/// tasks at a time and keeps each whole; `write` changes nothing in the value itself.
private final class UncheckedWriter: @unchecked Sendable {
    private let writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ buffer: ByteBuffer) async throws {
        var writer = writer
        try await writer.write(buffer)
    }
}
