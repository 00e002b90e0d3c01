/// What a file of metrics holds.
public enum MetricFormat: String, Sendable, CaseIterable {
    case json
    case csv
    case junit

    /// By the end of the file's name; nil where that says nothing.
    public init?(fileName: String) {
        switch fileName.lowercased().split(separator: ".", omittingEmptySubsequences: false).last {
        case "json": self = .json
        case "csv", "tsv": self = .csv
        case "xml": self = .junit
        default: return nil
        }
    }
}

/// Reads files of metrics. One file's metrics are added to those of another; none may be there twice.
public enum MetricReader {
    public static let largestFile = 4 << 20

    /// - Parameters:
    ///   - file: as the user knows it.
    ///   - format: nil: by the file's name, or by how it begins.
    ///   - within: of JSON, the names on the way to the object that has the numbers.
    /// - Throws: what is wrong with the first value that is none, with its place.
    public static func read(
        _ bytes: [UInt8], file: String, format: MetricFormat? = nil, within: [String] = [], into table: inout MetricTable
    ) throws(MetricProblem) {
        do throws(MetricProblem) {
            guard bytes.count <= largestFile else {
                throw MetricProblem(
                    "it is larger than \(largestFile >> 20) MB: write the numbers that count into a file of their own")
            }
            guard let text = String(validating: bytes, as: UTF8.self) else { throw MetricProblem("it is not UTF-8 text") }
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw MetricProblem("it is empty: the evaluation wrote nothing; see whether it ended early")
            }
            switch format ?? MetricFormat(fileName: file) ?? guess(text) {
            case .json:
                var reader = JSONMetrics(into: table, within: within)
                table = try reader.read(bytes)
            case .csv:
                var reader = CSVMetrics(into: table)
                table = try reader.read(text)
            case .junit:
                var reader = JUnitMetrics(into: table)
                table = try reader.read(bytes)
            }
        } catch {
            var problem = error
            problem.file = file
            throw problem
        }
    }

    private static func guess(_ text: String) -> MetricFormat {
        switch text.first(where: { !$0.isWhitespace }) {
        case "{", "[": .json
        case "<": .junit
        default: .csv
        }
    }
}
