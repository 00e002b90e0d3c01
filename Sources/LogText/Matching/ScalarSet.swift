/// A set of characters in a pattern: `[a-z_]`, `\d`, `.`.
struct ScalarSet: Equatable, Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    static let digits = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet(ranges: [0x09...0x0D, 0x20...0x20])
    /// What `.` stands for.
    static let anyButLineFeed = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)

    var complement: ScalarSet { ScalarSet(ranges: ranges, isNegated: !isNegated) }

    /// `\d` and its like by their letter; nil for another letter.
    static func named(_ letter: Unicode.Scalar) -> ScalarSet? {
        switch letter {
        case "d": digits
        case "D": digits.complement
        case "w": word
        case "W": word.complement
        case "s": space
        case "S": space.complement
        default: nil
        }
    }

    /// The same characters without a negation of the whole, so that they can be put into another set.
    var plainRanges: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    func contains(_ scalar: UInt32, ignoringCase: Bool) -> Bool {
        if holds(scalar) { return !isNegated }
        if ignoringCase, let other = Self.otherCase(of: scalar), holds(other) { return !isNegated }
        return isNegated
    }

    private func holds(_ scalar: UInt32) -> Bool {
        for range in ranges where range.contains(scalar) { return true }
        return false
    }

    /// The same letter in the other case, of ASCII only.
    static func otherCase(of scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x41...0x5A: scalar + 0x20
        case 0x61...0x7A: scalar - 0x20
        default: nil
        }
    }
}
