/// A condition of a gate: one line of the inputs `conditions` and `investigate`.
public struct GateCondition: Equatable, Sendable {
    /// As it is written, without the blanks around it.
    public let source: String
    let node: ConditionNode

    /// Whether it compares with a baseline.
    public var usesBaseline: Bool { node.references.contains(where: \.isBaseline) }

    static let mostConditions = 200
    static let longest = 1000

    /// Reads conditions, one a line. Blank lines are none, nor is what follows a `#` outside of quotes.
    ///
    /// - Returns: the conditions, and of each line that is none what is wrong with it.
    public static func read(_ text: String) -> (conditions: [GateCondition], mistakes: [ConditionMistake]) {
        let scalars = Array(text.unicodeScalars)
        var conditions: [GateCondition] = []
        var mistakes: [ConditionMistake] = []
        for range in lines(of: scalars) {
            guard conditions.count + mistakes.count < mostConditions else {
                mistakes.append(ConditionMistake("these are more than \(mostConditions) conditions", at: range))
                break
            }
            do throws(ConditionMistake) { conditions.append(try condition(in: scalars, range)) } catch {
                mistakes.append(error)
            }
        }
        return (conditions, mistakes)
    }

    private static func condition(in scalars: [Unicode.Scalar], _ range: Range<Int>) throws(ConditionMistake) -> GateCondition {
        guard range.count <= longest else {
            throw ConditionMistake("the condition is longer than \(longest) characters", at: range)
        }
        var lexer = ConditionLexer(scalars, in: range)
        var parser = ConditionParser(try lexer.tokens(), of: scalars)
        let node = try parser.condition()
        return GateCondition(source: String(String.UnicodeScalarView(scalars[range])), node: node)
    }

    /// The lines that say something, without the blanks and comments around it.
    private static func lines(of scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while start <= scalars.count {
            let end = scalars[start...].firstIndex { $0 == "\n" || $0 == "\r" } ?? scalars.count
            var (low, high) = (start, commentStart(in: scalars, start..<end))
            while low < high, scalars[low].properties.isWhitespace { low += 1 }
            while high > low, scalars[high - 1].properties.isWhitespace { high -= 1 }
            if low < high { lines.append(low..<high) }
            start = end + 1
        }
        return lines
    }

    private static func commentStart(in scalars: [Unicode.Scalar], _ line: Range<Int>) -> Int {
        var quote: Unicode.Scalar?
        for index in line {
            let scalar = scalars[index]
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "#" {
                return index
            }
        }
        return line.upperBound
    }
}
