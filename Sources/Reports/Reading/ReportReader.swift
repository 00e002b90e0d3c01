public import Plan
internal import XML

/// Reads the files of a report, whatever wrote them.
///
/// A file may be made by a stranger's code: nothing that it names is fetched, what is kept of it is bounded, and a mistake in it
/// is told with its line.
public enum ReportReader {
    /// Bytes of one file of JSON, which is held as a whole. Files of XML are read as they come.
    public static let longestJSON = 12 << 20

    /// Reads a file of XML from where its descriptor stands.
    public static func read(descriptor: Int32, into builder: inout ReportBuilder) throws(ReportProblem) {
        let reader: XMLReader
        do throws(XMLError) { reader = try XMLReader(descriptor: descriptor, name: "the report") } catch {
            throw ReportProblem(error.problem, line: error.line)
        }
        try read(ElementStream(reader), into: &builder)
    }

    /// Reads a file's bytes.
    public static func read(_ bytes: [UInt8], into builder: inout ReportBuilder) throws(ReportProblem) {
        switch builder.format {
        case .cucumber: try CucumberReport(bytes).read(into: &builder)
        case .simpleCov: try SimpleCovReport(bytes).read(into: &builder)
        default:
            let reader: XMLReader
            do throws(XMLError) { reader = try XMLReader(bytes, name: "the report") } catch {
                throw ReportProblem(error.problem, line: error.line)
            }
            try read(ElementStream(reader), into: &builder)
        }
    }

    private static func read(_ stream: ElementStream, into builder: inout ReportBuilder) throws(ReportProblem) {
        var parser = try parser(of: builder.format)
        var stream = stream
        var isKnown = false
        try stream.forEach { (event, around) throws(ReportProblem) in
            switch event {
            case .start(let tag):
                if !isKnown {
                    isKnown = true
                    guard parser.roots.contains(tag.name) else {
                        let expected = parser.roots.map { "<\($0)>" }.joined(separator: " or ")
                        throw ReportProblem("expected \(expected), found <\(tag.name)>: is it another format?", line: tag.line)
                    }
                }
                parser.begin(tag, in: around, into: &builder)
            case .end(let tag, let text): parser.end(tag, text: text, in: around, into: &builder)
            }
        }
        guard isKnown else { throw ReportProblem("it holds no element") }
    }

    private static func parser(of format: ReportPlan.Format) throws(ReportProblem) -> any ReportParser {
        switch format {
        case .junit: JUnitReport()
        case .nunit2: NUnit2Report()
        case .nunit3: NUnit3Report()
        case .testNG: TestNGReport()
        case .visualStudio: VisualStudioReport()
        case .clover: CloverReport()
        case .cobertura: CoberturaReport()
        case .jacoco: JaCoCoReport()
        case .cucumber, .simpleCov: throw ReportProblem("reports of this format are JSON")
        }
    }
}

extension ReportPlan.Format {
    public var isJSON: Bool { self == .cucumber || self == .simpleCov }
}

/// Understands the elements of one format.
///
/// Contract: `begin` and `end` are called for each element in the order of the document, with the elements around it.
protocol ReportParser {
    /// The names that the outermost element may have.
    var roots: [String] { get }
    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder)
    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder)
}
