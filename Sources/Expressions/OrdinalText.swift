/// Comparison of strings as GitHub's expressions do it: by code unit, without regard to case, without locale.
///
/// Each character is compared as its simple upper-case form, which is one character: `ß` is not `SS`. A character outside
/// ASCII never equals one inside it, so `ı` is not `I`. Order is that of UTF-16 code units.
enum OrdinalText {
    static func areEqual(_ left: String, _ right: String) -> Bool {
        comparison(left, right) == 0
    }

    /// Negative, zero or positive as `left` sorts before, with or after `right`.
    static func comparison(_ left: String, _ right: String) -> Int {
        if let quick = comparisonOfASCII(left, right) { return quick }
        let leftUnits = units(left)
        let rightUnits = units(right)
        for (leftUnit, rightUnit) in zip(leftUnits, rightUnits) where leftUnit != rightUnit {
            return leftUnit < rightUnit ? -1 : 1
        }
        return leftUnits.count - rightUnits.count
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        let text = units(text)
        let part = units(part)
        guard let first = part.first else { return true }
        guard part.count <= text.count else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            if text[start..<(start + part.count)].elementsEqual(part) { return true }
        }
        return false
    }

    static func hasPrefix(_ text: String, _ part: String) -> Bool {
        units(text).starts(with: units(part))
    }

    static func hasSuffix(_ text: String, _ part: String) -> Bool {
        units(text).reversed().starts(with: units(part).reversed())
    }

    /// The form under which all spellings of one key meet. A text that is folded already is returned as it is.
    static func folded(_ text: String) -> String {
        var isFolded = true
        for byte in text.utf8 where byte >= 0x80 || (byte >= 0x61 && byte <= 0x7A) {
            isFolded = false
            break
        }
        if isFolded { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(folded(scalar)) }
        return String(result)
    }

    /// The answer for two texts of ASCII, nil as soon as another character turns up.
    private static func comparisonOfASCII(_ left: String, _ right: String) -> Int? {
        var leftBytes = left.utf8.makeIterator()
        var rightBytes = right.utf8.makeIterator()
        while true {
            switch (leftBytes.next(), rightBytes.next()) {
            case (nil, nil): return 0
            case (nil, let byte?): return byte < 0x80 ? -1 : nil
            case (let byte?, nil): return byte < 0x80 ? 1 : nil
            case (let leftByte?, let rightByte?):
                guard leftByte < 0x80, rightByte < 0x80 else { return nil }
                let difference = Int(folded(leftByte)) - Int(folded(rightByte))
                // What follows can't change the order of what differs here, whether or not it is ASCII.
                if difference != 0 { return difference }
            }
        }
    }

    private static func units(_ text: String) -> [UInt16] {
        var result: [UInt16] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                result.append(UInt16(folded(UInt8(truncatingIfNeeded: scalar.value))))
            } else {
                result.append(contentsOf: UTF16.encode(folded(scalar)) ?? UTF16.encodedReplacementCharacter)
            }
        }
        return result
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte
    }

    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return Unicode.Scalar(folded(UInt8(truncatingIfNeeded: scalar.value))) }
        // Where the full mapping is several characters, the title-case one is the simple mapping if it is a single one.
        let upper = single(scalar.properties.uppercaseMapping) ?? single(scalar.properties.titlecaseMapping)
        guard let upper, !upper.isASCII else { return scalar }
        return upper
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return nil }
        return first
    }
}
