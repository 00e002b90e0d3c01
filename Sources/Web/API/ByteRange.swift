/// The `Range` of a request (RFC 9110 §14): one range of bytes. Anything else is ignored, as the standard allows, and
/// the whole is sent.
enum ByteRange: Sendable, Equatable {
    case whole
    /// `from..<to`.
    case part(from: Int64, to: Int64)
    case unsatisfiable

    init(header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            self = .whole
            return
        }
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true):
            self = .whole
        case (true, false):
            // The last bytes.
            let count = Int64(ends[1]) ?? Int64.max
            self = count == 0 || size == 0 ? .unsatisfiable : .part(from: max(0, size - count), to: size)
        case (false, _):
            let from = Int64(ends[0]) ?? Int64.max
            let last = ends[1].isEmpty ? size - 1 : Int64(ends[1]) ?? Int64.max
            if !ends[1].isEmpty, last < from {
                self = .whole
            } else {
                self = from >= size ? .unsatisfiable : .part(from: from, to: min(last, size - 1) + 1)
            }
        }
    }
}
