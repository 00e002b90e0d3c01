internal import Execution
internal import Foundation

/// A moment in words, in the format of the library Moment, which `docker/metadata-action` gives to its users.
struct MomentText {
    private let parts: DateComponents
    private let date: Date
    private let offset: Int

    /// - Parameter zone: by its IANA name.
    init(_ date: Date, zone: String) throws(ActionFailure) {
        guard let zone = TimeZone(identifier: zone) else {
            throw ActionFailure("\"\(zone)\" is no time zone: write a name such as Europe/Berlin")
        }
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = zone
        self.date = date
        parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .nanosecond, .weekday, .dayOfYear, .weekOfYear], from: date)
        offset = zone.secondsFromGMT(for: date)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    /// The longer ones first: each takes as much as it can.
    private static let tokens = [
        "YYYY", "MMMM", "dddd", "DDDD", "SSS", "MMM", "ddd", "DDD", "YY", "MM", "DD", "HH", "hh", "mm", "ss", "WW", "ZZ", "M",
        "D",
        "H", "h", "m", "s", "A", "a", "X", "x", "Z", "Q", "W", "E",
    ]

    func formatted(_ format: String) -> String {
        var result = ""
        var rest = format[...]
        while let character = rest.first {
            if character == "[", let end = rest.firstIndex(of: "]") {
                result += rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
            } else if let token = Self.tokens.first(where: { rest.hasPrefix($0) }) {
                result += value(of: token)
                rest = rest.dropFirst(token.count)
            } else {
                result.append(character)
                rest.removeFirst()
            }
        }
        return result
    }

    private func padded(_ number: Int?, _ width: Int) -> String {
        let text = "\(number ?? 0)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private func value(of token: String) -> String {
        let hour = parts.hour ?? 0
        let month = Self.months[max(0, (parts.month ?? 1) - 1)]
        let day = Self.days[max(0, (parts.weekday ?? 1) - 1)]
        switch token {
        case "YYYY": return padded(parts.year, 4)
        case "YY": return padded((parts.year ?? 0) % 100, 2)
        case "MMMM": return month
        case "MMM": return String(month.prefix(3))
        case "MM", "M": return padded(parts.month, token.count)
        case "DD", "D": return padded(parts.day, token.count)
        case "DDDD": return padded(parts.dayOfYear, 3)
        case "DDD": return padded(parts.dayOfYear, 1)
        case "dddd": return day
        case "ddd": return String(day.prefix(3))
        case "HH", "H": return padded(hour, token.count)
        case "hh", "h": return padded(hour % 12 == 0 ? 12 : hour % 12, token.count)
        case "mm", "m": return padded(parts.minute, token.count)
        case "ss", "s": return padded(parts.second, token.count)
        case "SSS": return padded((parts.nanosecond ?? 0) / 1_000_000, 3)
        case "A": return hour < 12 ? "AM" : "PM"
        case "a": return hour < 12 ? "am" : "pm"
        case "X": return "\(Int(date.timeIntervalSince1970))"
        case "x": return "\(Int(date.timeIntervalSince1970 * 1000))"
        case "Z", "ZZ":
            let minutes = abs(offset) / 60
            let colon = token == "Z" ? ":" : ""
            return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + colon + padded(minutes % 60, 2)
        case "Q": return "\(((parts.month ?? 1) + 2) / 3)"
        case "WW", "W": return padded(parts.weekOfYear, token.count)
        default: return "\((parts.weekday ?? 1) == 1 ? 7 : (parts.weekday ?? 1) - 1)"
        }
    }

    /// A time stamp of RFC 3339.
    static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}
