/// How a secret shows up in Base64 text, also where it stands behind something else (`user:password`).
///
/// Three bytes become four digits, so the digits of a secret depend on how many bytes stand before it, modulo three. For
/// each of the three cases the digits from the first whole group on are known.
enum Base64Forms {
    /// Unpadded text of fewer digits is too likely to be a word of its own.
    private static let shortestUnpadded = 4
    private static let shortestOpenEnded = 6
    /// Column widths at which `base64` and PEM writers break lines.
    private static let lineWidths = [76, 64]

    static func forms(of bytes: [UInt8]) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = []
        for skipped in 0...2 where bytes.count > skipped || skipped == 0 {
            add(bytes.dropFirst(skipped), to: &forms)
        }
        let whole = encoded(bytes[...])
        for width in lineWidths where whole.count > width {
            for start in stride(from: 0, to: whole.count, by: width) {
                let line = whole[start..<min(start + width, whole.count)]
                if line.count >= 8 { addDialects(of: Array(line), to: &forms) }
            }
        }
        return forms
    }

    private static func add(_ bytes: ArraySlice<UInt8>, to forms: inout Set<[UInt8]>) {
        let padded = encoded(bytes)
        addDialects(of: padded, to: &forms)
        let unpadded = Array(padded.prefix { $0 != UInt8(ascii: "=") })
        if unpadded.count >= shortestUnpadded { addDialects(of: unpadded, to: &forms) }
        // The last digit changes with what follows the secret, unless the group is whole.
        let openEnded = Array(padded.prefix(bytes.count * 8 / 6))
        if openEnded.count >= shortestOpenEnded { addDialects(of: openEnded, to: &forms) }
    }

    private static func addDialects(of digits: [UInt8], to forms: inout Set<[UInt8]>) {
        forms.insert(digits)
        forms.insert(
            digits.map { digit in
                switch digit {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: digit
                }
            })
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func encoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let group = bytes[index..<min(index + 3, bytes.endIndex)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                digits.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
            index += 3
        }
        return digits
    }
}
