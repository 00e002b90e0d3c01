/// The files by which a step hands values to its runner, read as GitHub's runner reads them.
///
/// `GITHUB_ENV`, `GITHUB_OUTPUT` and `GITHUB_STATE` hold assignments, `NAME=VALUE` or
///
///     NAME<<DELIMITER
///     any lines
///     DELIMITER
///
/// and `GITHUB_PATH` holds one folder per line. Empty lines are skipped, also a byte order mark at the start. A file may
/// be written with CRLF: the line that names a value decides for the whole of it.
public enum FileCommand {
    /// One assignment. Of names that come twice, the last value stands in the place of the first.
    public struct Pair: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The assignments in the order of the file.
    /// - Parameter file: UTF-8; what is not is replaced by U+FFFD.
    public static func pairs(in file: some Collection<UInt8>) throws(LogTextError) -> [Pair] {
        var reader = LineReader(Array(file))
        var pairs: [Pair] = []
        var positions: [String: Int] = [:]
        while let line = reader.next() {
            guard !line.text.isEmpty else { continue }
            let pair = try assignment(line, &reader)
            if let position = positions[pair.name] {
                pairs[position].value = pair.value
            } else {
                positions[pair.name] = pairs.count
                pairs.append(pair)
            }
        }
        return pairs
    }

    /// The assignments in the order of the text; see ``pairs(in:)-(Collection)``.
    public static func pairs(in text: String) throws(LogTextError) -> [Pair] {
        try pairs(in: Array(text.utf8))
    }

    /// The lines of a `GITHUB_PATH` file in their order; of those that come twice, the last counts.
    public static func paths(in file: some Collection<UInt8>) -> [String] {
        var reader = LineReader(Array(file))
        var paths: [String] = []
        while let line = reader.next() {
            let path = string(line.text)
            guard !path.isEmpty else { continue }
            paths.removeAll { $0 == path }
            paths.append(path)
        }
        return paths
    }

    private static func assignment(
        _ line: LineReader.Line, _ reader: inout LineReader
    ) throws(LogTextError) -> Pair {
        let text = line.text
        let equals = text.firstIndex(of: UInt8(ascii: "="))
        let arrows = text.indices.dropLast().first {
            text[$0] == UInt8(ascii: "<") && text[$0 + 1] == UInt8(ascii: "<")
        }
        if let equals, arrows.map({ equals < $0 }) ?? true {
            guard equals > text.startIndex else { throw LogTextError(.emptyName, line: line.number) }
            return Pair(name: string(text[..<equals]), value: string(text[(equals + 1)...]))
        }
        guard let arrows else { throw LogTextError(.noAssignment, line: line.number) }
        guard arrows > text.startIndex else { throw LogTextError(.emptyName, line: line.number) }
        let name = string(text[..<arrows])
        let delimiter = text[(arrows + 2)...]
        guard !delimiter.isEmpty else { throw LogTextError(.emptyDelimiter(name: name), line: line.number) }
        guard let value = reader.value(endingWith: delimiter, hasCarriageReturns: line.hasCarriageReturn) else {
            throw LogTextError(.delimiterNotFound(name: name, delimiter: string(delimiter)), line: line.number)
        }
        return Pair(name: name, value: string(value))
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

private struct LineReader {
    struct Line {
        var text: ArraySlice<UInt8>
        /// From 1.
        var number: Int
        var hasCarriageReturn: Bool
    }

    private let bytes: [UInt8]
    private var position: Int
    private var number = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next line without its LF or CRLF.
    mutating func next() -> Line? {
        guard var text = nextRaw() else { return nil }
        let hasCarriageReturn = text.last == UInt8(ascii: "\r")
        if hasCarriageReturn { text.removeLast() }
        return Line(text: text, number: number, hasCarriageReturn: hasCarriageReturn)
    }

    /// The lines up to the one that is `delimiter` alone, without the last line end; nil if there is no such line.
    mutating func value(endingWith delimiter: ArraySlice<UInt8>, hasCarriageReturns: Bool) -> ArraySlice<UInt8>? {
        let start = position
        let lineEnd = hasCarriageReturns ? 2 : 1
        while true {
            let lineStart = position
            guard var line = nextRaw() else { return nil }
            if hasCarriageReturns, line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.elementsEqual(delimiter) { return bytes[start..<max(start, lineStart - lineEnd)] }
        }
    }

    private mutating func nextRaw() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let line = bytes[position..<end]
        position = min(end + 1, bytes.count)
        number += 1
        return line
    }
}
