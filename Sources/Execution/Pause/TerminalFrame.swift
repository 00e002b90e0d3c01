/// What a shell's terminal and the command line say to each other, over a stream: a byte for the kind, four for the length of
/// what follows, the highest first, and that.
public enum TerminalFrame: Equatable, Sendable {
    /// What was typed, or printed.
    case bytes([UInt8])
    /// To the job: the window's size.
    case size(TerminalSize)
    /// From the job: the shell is there; what is to be said of it.
    case opened(String)
    /// From the job: the shell ended by itself, with an exit code as a shell shows it.
    case ended(code: Int32)
    /// From the job: there is no shell, or it was ended. The last frame.
    case closed(String)

    /// Longer ones are refused.
    static let longest = 64 << 10

    private enum Kind: UInt8 {
        case bytes = 100
        case size = 115
        case opened = 111
        case ended = 120
        case closed = 99
    }

    public var encoded: [UInt8] {
        switch self {
        case .bytes(let bytes): Self.frame(.bytes, bytes)
        case .size(let size): Self.frame(.size, Self.bytes(UInt32(size.columns) << 16 | UInt32(size.rows)))
        case .opened(let text): Self.frame(.opened, Array(text.utf8.prefix(Self.longest)))
        case .ended(let code): Self.frame(.ended, Self.bytes(UInt32(bitPattern: code)))
        case .closed(let reason): Self.frame(.closed, Array(reason.utf8.prefix(Self.longest)))
        }
    }

    private static func frame(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
        [kind.rawValue] + bytes(UInt32(content.count)) + content
    }

    private static func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }

    fileprivate static func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    fileprivate init?(kind: UInt8, _ content: ArraySlice<UInt8>) {
        switch (Kind(rawValue: kind), content.count) {
        case (.bytes, _): self = .bytes(Array(content))
        case (.size, 4):
            let number = Self.number(content)
            self = .size(TerminalSize(columns: UInt16(number >> 16), rows: UInt16(truncatingIfNeeded: number)))
        case (.opened, _): self = .opened(String(decoding: content, as: UTF8.self))
        case (.ended, 4): self = .ended(code: Int32(bitPattern: Self.number(content)))
        case (.closed, _): self = .closed(String(decoding: content, as: UTF8.self))
        default: return nil
        }
    }
}

/// Takes frames out of a stream as it comes.
public struct TerminalFrameReader: Sendable {
    private var bytes: [UInt8] = []

    public init() {}

    /// The frames that are whole with these bytes.
    ///
    /// - Throws: `ExecutionError` for what is no frame: nothing that follows can be understood.
    public mutating func take(_ new: some Sequence<UInt8>) throws(ExecutionError) -> [TerminalFrame] {
        bytes += new
        var frames: [TerminalFrame] = []
        var start = 0
        while bytes.count - start >= 5 {
            let length = Int(TerminalFrame.number(bytes[(start + 1)..<(start + 5)]))
            guard length <= TerminalFrame.longest else {
                throw ExecutionError("the shell's connection holds a frame that is too long")
            }
            guard bytes.count - start - 5 >= length else { break }
            guard let frame = TerminalFrame(kind: bytes[start], bytes[(start + 5)..<(start + 5 + length)]) else {
                throw ExecutionError("the shell's connection holds a frame of an unknown kind")
            }
            frames.append(frame)
            start += 5 + length
        }
        bytes.removeFirst(start)
        return frames
    }
}
