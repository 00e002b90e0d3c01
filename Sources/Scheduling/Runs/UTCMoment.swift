internal import FoundationEssentials

/// A moment as reasons name it: `2026-01-31 08:05 UTC`.
enum UTCMoment {
    static func text(_ date: Date) -> String {
        let iso = date.formatted(.iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false))
        return "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC"
    }
}
