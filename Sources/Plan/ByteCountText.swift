/// Numbers of bytes for people.
public enum ByteCountText {
    /// `512 bytes`, `3.4 KiB`, `12 MiB`.
    public static func text(_ bytes: some BinaryInteger) -> String {
        if bytes == 1 { return "1 byte" }
        if bytes < 1024 { return "\(bytes) bytes" }
        var value = Double(Int64(bytes))
        var unit = ""
        for next in ["KiB", "MiB", "GiB", "TiB"] {
            value /= 1024
            unit = next
            if value < 1023.5 { break }
        }
        let tenths = Int((value * 10).rounded())
        return value < 9.95 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }
}
