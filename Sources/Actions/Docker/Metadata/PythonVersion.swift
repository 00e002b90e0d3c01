/// A version as PEP 440 has it, in its normal form: `1!2.0rc1.post4.dev0+ubuntu.1`.
struct PythonVersion: CustomStringConvertible {
    /// Numbers without zeros before them; at least one.
    let release: [String]
    let description: String
    /// Whether it is neither before a release, nor after one, nor of a development.
    let isFinal: Bool

    /// Appendix B of PEP 440, in the order: epoch, release, kind and number of what is before the release, number and kind and number of
    /// what is after it, `dev` and its number, what is local.
    private static let pattern =
        #"(?i)v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)"#
        + #"(?:[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?([0-9]+)?)?"#
        + #"(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]+)?)?"#
        + #"(?:[-_.]?(dev)[-_.]?([0-9]+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?"#

    /// Nil for what is none.
    init?(_ text: String) {
        guard let expression = try? Regex(Self.pattern), let match = text.wholeMatch(of: expression) else { return nil }
        func group(_ number: Int) -> String? { match.output[number].substring.map(String.init) }
        release = (group(2) ?? "0").split(separator: ".").map { Self.number($0) }
        var text = group(1).map { Self.number($0[...]) }.flatMap { $0 == "0" ? nil : "\($0)!" } ?? ""
        text += release.joined(separator: ".")
        let before = group(3).map { Self.shortName(of: $0.lowercased()) + Self.number((group(4) ?? "0")[...]) }
        let after = group(5) ?? group(6).map { _ in group(7) ?? "0" }
        let development = group(8).map { _ in group(9) ?? "0" }
        text += before ?? ""
        text += after.map { ".post" + Self.number($0[...]) } ?? ""
        text += development.map { ".dev" + Self.number($0[...]) } ?? ""
        if let local = group(10) {
            let parts = local.lowercased().split { "-_.".contains($0) }
            text += "+" + parts.map { $0.allSatisfy(\.isNumber) ? Self.number($0) : String($0) }.joined(separator: ".")
        }
        description = text
        isFinal = before == nil && after == nil && development == nil
    }

    private static func shortName(of kind: String) -> String {
        switch kind {
        case "alpha": "a"
        case "beta": "b"
        case "c", "pre", "preview": "rc"
        default: kind
        }
    }

    private static func number(_ digits: Substring) -> String {
        let digits = digits.drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }
}
