/// A part of the text that `format` fills in: `{0}` stands for the first argument, `{{` and `}}` for one brace.
enum FormatPiece: Equatable {
    case text(String)
    /// The position of the argument, counted from 0.
    case argument(Int)

    /// - Parameter argumentCount: how many arguments follow the text.
    /// - Throws: an error of the phase `evaluation` for a brace that is neither doubled nor around a number, and for the
    ///   number of an argument that is not there. The text is not quoted, it may hold a secret.
    static func pieces(of format: String, argumentCount: Int) throws(ExpressionError) -> [FormatPiece] {
        var pieces: [FormatPiece] = []
        var text = String.UnicodeScalarView()
        let scalars = Array(format.unicodeScalars)
        var position = 0
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar != "{", scalar != "}" {
                text.append(scalar)
                position += 1
            } else if position + 1 < scalars.count, scalars[position + 1] == scalar {
                text.append(scalar)
                position += 2
            } else {
                guard scalar == "{", let (argument, end) = argument(in: scalars, at: position + 1) else {
                    throw invalid("the brace at character \(position + 1) is neither doubled nor part of {0}, {1} …")
                }
                guard argument < argumentCount else {
                    throw invalid("it asks for argument {\(argument)}, but has \(argumentCount)")
                }
                if !text.isEmpty { pieces.append(.text(String(text))) }
                text = String.UnicodeScalarView()
                pieces.append(.argument(argument))
                position = end
            }
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        return pieces
    }

    /// The number that stands between here and the next closing brace, and the position behind that.
    private static func argument(in scalars: [Unicode.Scalar], at start: Int) -> (Int, Int)? {
        var end = start
        while end < scalars.count, scalars[end] >= "0", scalars[end] <= "9" { end += 1 }
        let digits = String(String.UnicodeScalarView(scalars[start..<end]))
        guard end < scalars.count, scalars[end] == "}", let number = UInt8(digits) else { return nil }
        return (Int(number), end + 1)
    }

    private static func invalid(_ reason: String) -> ExpressionError {
        ExpressionError(phase: .evaluation, message: "the text of format() is not valid: \(reason)")
    }
}
