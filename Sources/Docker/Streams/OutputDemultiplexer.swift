/// Takes apart what the engine sends of a container without a terminal: frames of standard output and standard error, each
/// with a header of eight bytes. Pieces may end anywhere.
struct OutputDemultiplexer {
    private var header: [UInt8] = []
    private var channel = OutputChannel.output
    /// Bytes of the current frame that are still to come.
    private var rest = 0

    mutating func take(_ bytes: [UInt8], hand: (OutputChannel, UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                if rest == 0 {
                    header.append(bytes[position])
                    position += 1
                    if header.count == 8 { beginFrame() }
                } else {
                    let count = min(rest, bytes.count - position)
                    hand(channel, UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
                    rest -= count
                    position += count
                }
            }
        }
    }

    /// Kind, three zeros, and the length with its highest byte first.
    private mutating func beginFrame() {
        channel = header[0] == 2 ? .errors : .output
        rest = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
    }
}

/// Where a process in a container wrote to.
public enum OutputChannel: Sendable {
    case output
    case errors
}
