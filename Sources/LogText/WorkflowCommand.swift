/// A line by which a step speaks to its runner: `::name key=value,key=value::data`, or in the older form
/// `##[name key=value;key=value]data`.
///
/// Parsed as GitHub's runner does it: the newer form may only be preceded by blanks, the older one may stand anywhere in
/// the line; properties without a name or a value are ignored; escapes count in capital letters only.
public struct WorkflowCommand: Sendable, Equatable {
    public enum Form: Sendable, Equatable {
        /// `::name::data`
        case colons
        /// `##[name]data`
        case brackets
    }

    public let form: Form
    /// As written and never empty. Whether it is a command at all depends on the name: `::1 is an address::` is none.
    public let command: String
    /// Unescaped, in the order of the line; of a name that comes twice, in whatever case, the last value counts.
    public let orderedProperties: [(name: String, value: String)]
    /// Unescaped; empty if there is none.
    public let data: String

    public init(
        form: Form = .colons, command: String, orderedProperties: [(name: String, value: String)] = [], data: String = ""
    ) {
        self.form = form
        self.command = command
        self.orderedProperties = orderedProperties
        self.data = data
    }

    /// The properties by their names as written.
    public var properties: [String: String] {
        Dictionary(orderedProperties.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The value of a property; upper and lower case of its name are the same.
    public func property(_ name: String) -> String? {
        orderedProperties.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    public static func == (left: WorkflowCommand, right: WorkflowCommand) -> Bool {
        left.form == right.form && left.command == right.command && left.properties == right.properties
            && left.data == right.data
    }

    /// Nil if the line has neither form. `line` comes without its end.
    public static func parse(_ line: String) -> WorkflowCommand? {
        parseColons(line.unicodeScalars[...]) ?? parseBrackets(line.unicodeScalars[...])
    }

    private typealias Text = Substring.UnicodeScalarView

    private static func parseColons(_ line: Text) -> WorkflowCommand? {
        let text = line.drop { $0.properties.isWhitespace }
        guard text.starts(with: "::".unicodeScalars) else { return nil }
        let body = text.dropFirst(2)
        guard let end = body.firstRange(ofScalars: "::") else { return nil }
        return WorkflowCommand(
            form: .colons, header: body[..<end.lowerBound], separator: ",", data: body[end.upperBound...],
            dataEscapes: Escapes.data, propertyEscapes: Escapes.property)
    }

    private static func parseBrackets(_ line: Text) -> WorkflowCommand? {
        guard let start = line.firstRange(ofScalars: "##["), let end = line[start.upperBound...].firstIndex(of: "]") else {
            return nil
        }
        return WorkflowCommand(
            form: .brackets, header: line[start.upperBound..<end], separator: ";", data: line[end...].dropFirst(),
            dataEscapes: Escapes.brackets, propertyEscapes: Escapes.brackets)
    }

    private init?(
        form: Form, header: Text, separator: Unicode.Scalar, data: Text, dataEscapes: Escapes, propertyEscapes: Escapes
    ) {
        let name = header.prefix { $0 != " " }
        guard !name.isEmpty else { return nil }
        var list = header.dropFirst(name.count + 1)
        if form == .colons {
            list = list.drop { $0.properties.isWhitespace }
            while let last = list.last, last.properties.isWhitespace { list.removeLast() }
        }
        var properties: [(name: String, value: String)] = []
        for pair in list.split(separator: separator) {
            let trimmed = pair.drop { $0 == "=" }
            let key = trimmed.prefix { $0 != "=" }
            let value = trimmed.dropFirst(key.count).drop { $0 == "=" }
            guard !key.isEmpty, !value.isEmpty else { continue }
            let property = (name: String(key), value: propertyEscapes.unescaped(value))
            if let known = properties.firstIndex(where: { $0.name.lowercased() == property.name.lowercased() }) {
                properties[known].value = property.value
            } else {
                properties.append(property)
            }
        }
        self.init(form: form, command: String(name), orderedProperties: properties, data: dataEscapes.unescaped(data))
    }
}

/// Which characters are written as `%` and two digits, and so could not stand for themselves.
private struct Escapes {
    let replacements: [String: Unicode.Scalar]

    static let data = Escapes(replacements: ["25": "%", "0D": "\r", "0A": "\n"])
    static let property = Escapes(replacements: ["25": "%", "0D": "\r", "0A": "\n", "3A": ":", "2C": ","])
    static let brackets = Escapes(replacements: ["25": "%", "0D": "\r", "0A": "\n", "3B": ";", "5D": "]"])

    func unescaped(_ text: Substring.UnicodeScalarView) -> String {
        guard text.contains("%") else { return String(text) }
        var output = String.UnicodeScalarView()
        var rest = text
        while let scalar = rest.popFirst() {
            if scalar == "%", let replacement = replacements[String(rest.prefix(2))] {
                output.append(replacement)
                rest = rest.dropFirst(2)
            } else {
                output.append(scalar)
            }
        }
        return String(output)
    }
}

extension Substring.UnicodeScalarView {
    /// Where `text` stands first, scalar by scalar.
    fileprivate func firstRange(ofScalars text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].starts(with: text.unicodeScalars) {
                return start..<index(start, offsetBy: text.unicodeScalars.count)
            }
            formIndex(after: &start)
        }
        return nil
    }
}
