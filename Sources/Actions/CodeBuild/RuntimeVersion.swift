/// A version of a runtime in numbers, as its program says it or as a buildspec asks for it.
struct RuntimeVersion: Comparable, CustomStringConvertible {
    /// As many as are known, or asked for; none: any.
    let numbers: [Int]

    var description: String { numbers.map(String.init).joined(separator: ".") }

    /// From a buildspec: `1.22`, `8.x`, `corretto21`, `latest`.
    init?(wish: String) {
        let text = wish.lowercased()
        let rest = ["corretto", "openjdk", "go"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) } ?? text[...]
        guard rest != "latest" else {
            numbers = []
            return
        }
        var numbers: [Int] = []
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if ["x", "*"].contains(part), index == parts.count - 1, index > 0 { break }
            guard part.allSatisfy(\.isNumber), let number = Int(part) else { return nil }
            numbers.append(number)
        }
        self.numbers = numbers
    }

    /// From what a program says of itself: the first number with points in it, or the first number at all.
    init?(said text: some StringProtocol) {
        var best: [Int] = []
        for word in text.split(whereSeparator: { !($0.isNumber && $0.isASCII) && $0 != "." }) {
            let numbers = word.split(separator: ".").compactMap { Int($0) }
            if numbers.count > 1 {
                best = numbers
                break
            }
            if best.isEmpty { best = numbers }
        }
        guard !best.isEmpty else { return nil }
        numbers = best
    }

    init(numbers: [Int]) { self.numbers = numbers }

    /// Whether another begins with all of these numbers.
    func takes(_ other: RuntimeVersion) -> Bool { other.numbers.starts(with: numbers) }

    static func < (left: RuntimeVersion, right: RuntimeVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
