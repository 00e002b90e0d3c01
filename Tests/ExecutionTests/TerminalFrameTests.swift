import Execution
import Testing

@Suite struct TerminalFrameTests {
    private static let frames: [TerminalFrame] = [
        .opened("after the step \"Tést\""), .bytes(Array("ls\r\n".utf8)), .bytes([]), .size(TerminalSize(columns: 300, rows: 7)),
        .ended(code: -1), .ended(code: 137), .closed("the pause was over"),
    ]

    @Test("frames are read as they were written, however the stream is cut", arguments: [1, 2, 3, 7, 1000])
    func cut(size: Int) throws {
        let bytes = Self.frames.flatMap(\.encoded)
        var reader = TerminalFrameReader()
        var found: [TerminalFrame] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += try reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(found == Self.frames)
    }

    @Test(
        "what is no frame is refused",
        arguments: [[0, 0, 0, 0, 0], [100, 0, 1, 0, 1], [100, 255, 255, 255, 255], [115, 0, 0, 0, 1, 7]] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        var reader = TerminalFrameReader()
        #expect(throws: ExecutionError.self) { try reader.take(bytes) }
    }
}
