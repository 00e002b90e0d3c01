internal import Expressions

/// A report's JSON as a value.
struct JSONDocument {
    let value: ExpressionValue

    init(_ bytes: [UInt8]) throws(ReportProblem) {
        guard bytes.count <= ReportReader.longestJSON else {
            throw ReportProblem("it holds \(bytes.count) bytes, at most \(ReportReader.longestJSON) are read")
        }
        do throws(ExpressionError) { value = try ExpressionValue(json: String(decoding: bytes, as: UTF8.self)) } catch {
            let line = error.byteOffset.map { offset in 1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") } }
            throw ReportProblem(error.message, line: line)
        }
    }
}

extension ExpressionValue {
    var list: [ExpressionValue] { if case .array(let values) = self { values } else { [] } }
    var members: [(key: String, value: ExpressionValue)] {
        if case .object(let object) = self { object.pairs.map { ($0.key, $0.value) } } else { [] }
    }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var double: Double? { if case .number(let number) = self { number } else { nil } }
}
