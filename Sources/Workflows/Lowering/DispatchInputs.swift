public import Expressions

/// The values of a dispatch: what an operator gave, what a file declares, brought together.
public enum DispatchInputs {
    /// Why a value can't be taken.
    public struct Problem: Error, Sendable, Hashable {
        /// The input's name.
        public var input: String
        /// One sentence without a full stop.
        public var message: String
    }

    /// - Parameters:
    ///   - given: texts by the input's name; case does not count.
    ///   - declared: the inputs of `workflow_dispatch`.
    /// - Returns: a value for every declared input, typed: booleans and numbers as such, everything else as text; and what
    ///   is wrong with the given ones. An input without value and default is empty, `false` or `0`.
    public static func resolve(
        given: [String: String], declared: [WorkflowInput]
    ) -> (values: ExpressionObject, problems: [Problem]) {
        var values = ExpressionObject()
        var problems: [Problem] = []
        let texts = Dictionary(given.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        let names = Set(declared.map { $0.name.value.lowercased() })
        for name in given.keys.sorted() where !names.contains(name.lowercased()) {
            problems.append(Problem(input: name, message: "the workflow declares no input \"\(name)\""))
        }
        for input in declared {
            let name = input.name.value
            let text = texts[name.lowercased()].flatMap { $0.isEmpty ? nil : $0 } ?? input.defaultText?.source ?? ""
            if text.isEmpty, input.isRequired {
                problems.append(Problem(input: name, message: "the input \"\(name)\" is required"))
            }
            do throws(Problem) {
                values[name] = try value(of: text, for: input)
            } catch {
                problems.append(error)
                values[name] = .string(text)
            }
        }
        return (values, problems)
    }

    private static func value(of text: String, for input: WorkflowInput) throws(Problem) -> ExpressionValue {
        let name = input.name.value
        switch input.kind {
        case .string, .environment: return .string(text)
        case .boolean:
            switch text.lowercased() {
            case "true": return .boolean(true)
            case "false", "": return .boolean(false)
            default: throw Problem(input: name, message: "the input \"\(name)\" must be true or false, found \"\(text)\"")
            }
        case .number:
            if text.isEmpty { return .number(0) }
            guard let number = Double(text), number.isFinite else {
                throw Problem(input: name, message: "the input \"\(name)\" must be a number, found \"\(text)\"")
            }
            return .number(number)
        case .choice:
            let options = input.options.map(\.value)
            guard text.isEmpty || options.contains(text) else {
                let list = options.joined(separator: ", ")
                throw Problem(input: name, message: "the input \"\(name)\" must be one of: \(list); found \"\(text)\"")
            }
            return .string(text)
        }
    }
}
