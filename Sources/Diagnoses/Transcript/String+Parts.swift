extension StringProtocol {
    /// What follows the first place of a text; nil where it is not there.
    func after(_ text: String) -> Substring? {
        Substring(self).firstRange(of: text).map { Substring(self)[$0.upperBound...] }
    }

    /// What stands before the first place of a text; nil where it is not there.
    func before(_ text: String) -> Substring? {
        Substring(self).firstRange(of: text).map { Substring(self)[..<$0.lowerBound] }
    }

    /// What stands between two texts.
    func between(_ start: String, _ end: String) -> Substring? { after(start)?.before(end) }

    /// What stands in the first pair of double quotes, single quotes or backticks; nil for none, and for nothing.
    var quoted: Substring? {
        guard let open = Substring(self).firstIndex(where: { "\"'`".contains($0) }) else { return nil }
        let rest = Substring(self)[open...].dropFirst()
        guard let close = rest.firstIndex(of: Substring(self)[open]), close > rest.startIndex else { return nil }
        return rest[..<close]
    }

    /// The first characters, up to the first that is none of these.
    func leading(where isPart: (Character) -> Bool) -> Substring { Substring(self).prefix(while: isPart) }

    var trimmed: Substring {
        var text = Substring(self).drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// As the names of programs, files and hosts go: up to blank, comma or quote.
    var word: Substring { leading { !$0.isWhitespace && !",;\"'`()[]".contains($0) } }
}
