/// Finds a shell's marks in its output, however that is cut into pieces.
struct MarkScanner {
    /// What a shell tells of itself.
    struct Mark: Equatable {
        enum Kind: String {
            case ready
            /// A command ended.
            case done
            /// A command ended, and the shell with it.
            case exit
        }

        var kind: Kind
        var status: Int32
    }

    /// What begins every mark; a status, a kind and a line feed follow.
    private let mark: [UInt8]
    /// What may be the beginning of a mark.
    private var held: [UInt8] = []
    private static let longestRest = 24

    init(_ mark: String) { self.mark = Array(mark.utf8) }

    /// Hands what is no mark to `output`, in order, and returns the first mark; what follows that is kept for the next call.
    mutating func scan(_ bytes: [UInt8], output: (UnsafeRawBufferPointer) -> Void) -> Mark? {
        held += bytes
        var start = 0
        while let begin = held[start...].firstIndex(of: mark[0]) {
            let candidate = held[begin...]
            guard candidate.prefix(mark.count).elementsEqual(mark.prefix(candidate.count)) else {
                emit(start..<begin + 1, to: output)
                start = begin + 1
                continue
            }
            let rest = candidate.dropFirst(mark.count).prefix(Self.longestRest)
            guard let end = rest.firstIndex(of: 10) else {
                guard rest.count < Self.longestRest else {
                    emit(start..<begin + 1, to: output)
                    start = begin + 1
                    continue
                }
                emit(start..<begin, to: output)
                held.removeFirst(begin)
                return nil
            }
            emit(start..<begin, to: output)
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            held.removeFirst(end + 1)
            guard words.count == 2, let status = Int32(words[0]), let kind = Mark.Kind(rawValue: String(words[1])) else {
                return nil
            }
            return Mark(kind: kind, status: status)
        }
        emit(start..<held.count, to: output)
        held.removeAll()
        return nil
    }

    /// What is left once the shell ended.
    mutating func finish(output: (UnsafeRawBufferPointer) -> Void) {
        emit(0..<held.count, to: output)
        held.removeAll()
    }

    private func emit(_ range: Range<Int>, to output: (UnsafeRawBufferPointer) -> Void) {
        guard !range.isEmpty else { return }
        held.withUnsafeBytes { output(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
