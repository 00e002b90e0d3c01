import Testing

@testable import slipway

struct ServerSentEventReaderTests {
    private static let stream = "retry: 1000\n\nid: 6\ndata: one\ndata: two\n\n: still here\n\nevent: end\nid: 9\ndata: 9\n\n"

    @Test("events are the same however the bytes are cut", arguments: [1, 2, 3, 7, 1000])
    func cuts(size: Int) {
        var reader = ServerSentEventReader()
        var events: [ServerSentEventReader.Event] = []
        var rest = Array(Self.stream.utf8)[...]
        while !rest.isEmpty {
            events += reader.events(in: Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(events.map(\.name) == ["message", "end"])
        #expect(events.map(\.id) == ["6", "9"])
        #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == ["one\ntwo", "9"])
    }

    @Test("an event whose end has not come is not there yet")
    func incompleteEvent() {
        var reader = ServerSentEventReader()
        #expect(reader.events(in: Array("data: half\n".utf8)).isEmpty)
        #expect(reader.events(in: Array("\n".utf8)).map(\.data) == [Array("half".utf8)])
    }

    @Test("an empty line of data and lines with a carriage return are kept apart")
    func emptyData() {
        var reader = ServerSentEventReader()
        let events = reader.events(in: Array("data: \r\ndata:\r\n\r\n".utf8))
        #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == ["\n"])
    }
}
