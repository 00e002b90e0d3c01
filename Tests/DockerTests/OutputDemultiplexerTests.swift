import Testing

@testable import Docker

@Suite("Output demultiplexer")
struct OutputDemultiplexerTests {
    private static let frames: [UInt8] =
        [1, 0, 0, 0, 0, 0, 0, 3] + Array("abc".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 1, 0]
        + [UInt8](repeating: 65, count: 256) + [1, 0, 0, 0, 0, 0, 0, 1, 100]

    @Test("frames are taken apart wherever the pieces end", arguments: [1, 2, 7, 8, 9, 11, 300])
    func pieces(size: Int) {
        var demultiplexer = OutputDemultiplexer()
        var output: [UInt8] = []
        var errors: [UInt8] = []
        for start in stride(from: 0, to: Self.frames.count, by: size) {
            demultiplexer.take(Array(Self.frames[start..<min(start + size, Self.frames.count)])) { channel, bytes in
                if channel == .output { output += bytes } else { errors += bytes }
            }
        }
        #expect(output == Array("abcd".utf8))
        #expect(errors == [UInt8](repeating: 65, count: 256))
    }
}
