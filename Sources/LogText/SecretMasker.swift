/// Replaces secrets, and the forms in which programs print them, by `***`.
///
/// A secret is found as it is, line by line if it has several lines, by its string members if it is a JSON document, and
/// in the encodings of ``SecretForms``. Overlapping and touching occurrences become one `***`, as in GitHub's runner.
/// Text is searched in the bytes of its UTF-8 form; no form of a secret holds a line break, so a text may be masked line
/// by line or as a whole with the same result.
public struct SecretMasker: Sendable {
    /// What stands in the log in place of a secret.
    public static let replacement = "***"
    static let replacementBytes: [UInt8] = Array(replacement.utf8)

    private var secrets: Set<String> = []
    private var forms: Set<[UInt8]> = []
    /// By length: short patterns would rob the search for long ones of its long steps.
    private var indexes: [PatternIndex] = []

    /// - Parameter secrets: in any order; empty and blank ones are ignored.
    public init(secrets: [String] = []) {
        add(contentsOf: secrets)
    }

    /// Masks `secret` from now on. Costs a rebuild of the index: prefer ``add(contentsOf:)`` for many.
    public mutating func add(_ secret: String) {
        add(contentsOf: [secret])
    }

    /// Masks each of `newSecrets` from now on. Those known already cost nothing.
    public mutating func add(contentsOf newSecrets: some Sequence<String>) {
        var grown = false
        for secret in newSecrets where secrets.insert(secret).inserted {
            for form in SecretForms.forms(of: secret) where forms.insert(form).inserted { grown = true }
        }
        guard grown else { return }
        indexes = [1..<4, 4..<8, 8..<Int.max].compactMap { lengths in
            let patterns = forms.filter { lengths.contains($0.count) }
            return patterns.isEmpty ? nil : PatternIndex(patterns: Array(patterns))
        }
        longestForm = indexes.last?.longest ?? 0
    }

    /// How many byte patterns are looked for; it grows whenever a secret brings a new one.
    var formCount: Int { forms.count }

    /// The length in bytes of the longest pattern, 0 if there is none.
    private(set) var longestForm = 0

    /// `text` with every secret replaced.
    public func masked(_ text: String) -> String {
        guard !indexes.isEmpty else { return text }
        var text = text
        let replaced = text.withUTF8 { bytes -> String? in
            replacing(in: bytes).map { String(decoding: $0, as: UTF8.self) }
        }
        return replaced ?? text
    }

    /// Replaces every secret in `bytes`, which hold UTF-8 text or anything else.
    public func mask(_ bytes: inout [UInt8]) {
        if let replaced = bytes.withUnsafeBufferPointer({ replacing(in: $0) }) { bytes = replaced }
    }

    /// Whether `text` holds a secret in any of its forms: such a text must not become a job's output.
    public func hides(partOf text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var hits: [MaskedRange] = []
            find(in: bytes, into: &hits)
            return !hits.isEmpty
        }
    }

    /// Puts the ranges of all secrets in `bytes` into `hits`, which is emptied first: in order, disjoint, not touching.
    func find(in bytes: UnsafeBufferPointer<UInt8>, into hits: inout [MaskedRange]) {
        hits.removeAll(keepingCapacity: true)
        for index in indexes { index.scan(bytes, into: &hits) }
        if hits.count > 1 { Self.merge(&hits) }
    }

    static func merge(_ hits: inout [MaskedRange]) {
        hits.sort { $0.start < $1.start }
        var kept = 0
        for index in 1..<hits.count {
            if hits[index].start <= hits[kept].end {
                hits[kept].end = max(hits[kept].end, hits[index].end)
            } else {
                kept += 1
                hits[kept] = hits[index]
            }
        }
        hits.removeLast(hits.count - kept - 1)
    }

    private func replacing(in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var hits: [MaskedRange] = []
        find(in: bytes, into: &hits)
        guard !hits.isEmpty else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        for hit in hits {
            output.append(contentsOf: bytes[position..<hit.start])
            output.append(contentsOf: Self.replacementBytes)
            position = hit.end
        }
        output.append(contentsOf: bytes[position...])
        return output
    }
}
