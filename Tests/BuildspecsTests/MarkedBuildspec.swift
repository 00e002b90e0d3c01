import Buildspecs
import Diagnostics
import Testing

/// A buildspec in which `«rule»` stands before each place that is to be reported, `«?rule»` for a warning.
struct MarkedBuildspec: Sendable, CustomTestStringConvertible {
    let name: String
    private let text: String
    /// `line:column rule`, sorted.
    private let expected: [String]

    init(_ name: String, _ marked: String) {
        self.name = name
        var (text, expected, line, column) = ("", [String](), 1, 1)
        var rule: String?
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "«": rule = ""
            case "»":
                expected.append("\(line):\(column) \(rule ?? "")")
                rule = nil
            case let scalar where rule != nil: rule?.unicodeScalars.append(scalar)
            default:
                text.unicodeScalars.append(scalar)
                (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            }
        }
        self.text = text
        self.expected = expected.sorted()
    }

    /// A buildspec with a plain phase and these keys.
    static func top(_ name: String, _ keys: String) -> MarkedBuildspec {
        MarkedBuildspec(name, "version: 0.2\nphases: {build: {commands: [make]}}\n" + keys)
    }

    var testDescription: String { name }

    func check(files: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation) {
        let document = BuildspecReader.read(text: text, path: "buildspec.yml", files: files.isEmpty ? nil : { files[$0] })
        let places = document.diagnostics.map { "\($0.line):\($0.column) \($0.severity == .warning ? "?" : "")\($0.rule)" }
        let messages = document.diagnostics.map { "\($0.line):\($0.column) \($0.message)" }.joined(separator: "\n")
        #expect(places.sorted() == expected, "\n\(text)\n\(messages)", sourceLocation: sourceLocation)
        #expect(document.isAccepted == expected.allSatisfy { $0.contains("?") }, sourceLocation: sourceLocation)
    }
}
