internal import FoundationEssentials
internal import Glibc

/// Times as people read them: in the zone of their machine.
enum LocalTime {
    /// `2026-01-02 04:04:05` of a time of the API; a text that is no time stays as it is.
    static func text(_ time: String?) -> String {
        guard let time else { return "" }
        guard let date = date(time) else { return time }
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// How long something took, or takes until now: `4 s`, `3 min 4 s`; empty before it has begun.
    static func duration(from start: String?, to end: String?) -> String {
        guard let start = start.flatMap(date) else { return "" }
        let seconds = max(0, (end.flatMap(date) ?? Date()).timeIntervalSince(start))
        if seconds < 9.95 { return "\(Int((seconds * 10).rounded()) / 10).\(Int((seconds * 10).rounded()) % 10) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        if whole < 86_400 { return "\(whole / 3600) h \(whole / 60 % 60) min" }
        return "\(whole / 86_400) d \(whole / 3600 % 24) h"
    }

    /// The moment of an RFC 3339 text, with or without time, fraction of seconds and offset; without an offset it is UTC.
    static func date(_ text: String) -> Date? {
        guard text.count > 10 else { return text.count == 10 ? date(text + "T00:00:00Z") : nil }
        let time = text.drop { $0 != "T" && $0 != "t" && $0 != " " }
        let hasZone = text.hasSuffix("Z") || text.hasSuffix("z") || time.contains("+") || time.contains("-")
        let zoned = (hasZone ? text : text + "Z").uppercased()
        let style = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? fractional.parse(zoned)) ?? (try? style.parse(zoned))
    }
}
