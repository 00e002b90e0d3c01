/// A file's name or path as the kernel has it: any bytes, ended by a zero.
typealias FileName = [CChar]

extension FileName {
    /// As text for people; bytes that are no UTF-8 are replaced.
    var text: String { String(decoding: dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

    /// As text that stands for exactly these bytes; nil where they are no UTF-8.
    var exactText: String? { String(validating: dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
