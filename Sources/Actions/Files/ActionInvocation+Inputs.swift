internal import Execution

extension ActionInvocation {
    /// An input that is true or false, as YAML 1.2 writes it.
    func flag(_ name: String, default standard: Bool = false) throws(ActionFailure) -> Bool {
        switch input(name) {
        case nil: return standard
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        case let text?: throw ActionFailure("the input \"\(name)\" must be true or false, found \"\(text)\"")
        }
    }

    /// An input that is a whole number in a range.
    func number(_ name: String, in range: ClosedRange<Int>) throws(ActionFailure) -> Int? {
        guard let text = input(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ActionFailure(
                "the input \"\(name)\" must be a number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\"")
        }
        return number
    }

    /// An input with one value a line; empty ones don't count.
    func lines(_ name: String) -> [String] {
        (input(name) ?? "").split(whereSeparator: \.isNewline).map { line in
            var line = line.drop { $0.isWhitespace }
            while line.last?.isWhitespace == true { line.removeLast() }
            return String(line)
        }.filter { !$0.isEmpty }
    }

    /// Whether the step is to stop.
    var isCancelled: Bool { cancellation.level != .none }
}
