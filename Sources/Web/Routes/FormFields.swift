/// The fields of a query string or of a form sent as `application/x-www-form-urlencoded`, in their order.
struct FormFields: Sendable, Equatable {
    let pairs: [(name: String, value: String)]

    init(encoded text: String) {
        pairs = text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                PercentEncoding.decodedFormText(halves[0]),
                halves.count > 1 ? PercentEncoding.decodedFormText(halves[1]) : ""
            )
        }
    }

    /// The last value given for a name.
    subscript(name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// The value where there is one that is not empty: an empty form field means "not given".
    func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    static func == (left: FormFields, right: FormFields) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Percent encoding as URLs have it. What is not valid is kept as it is.
enum PercentEncoding {
    static func decoded(_ text: some StringProtocol) -> String { decode(text.utf8, plusIsSpace: false) }

    static func decodedFormText(_ text: some StringProtocol) -> String { decode(text.utf8, plusIsSpace: true) }

    /// Everything but unreserved characters is encoded, a slash only where asked.
    static func encoded(_ text: String, keepingSlash: Bool = false) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where keepingSlash:
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decode(_ utf8: some Sequence<UInt8>, plusIsSpace: Bool) -> String {
        let input = Array(utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            if byte == UInt8(ascii: "%"), index + 2 < input.count, let high = hexadecimal(input[index + 1]),
                let low = hexadecimal(input[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
