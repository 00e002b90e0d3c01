internal import Foundation

/// The time zone of a schedule, by its IANA name.
public struct ScheduleZone: Sendable, Hashable {
    /// `UTC`, `Europe/Berlin`.
    public let name: String
    /// Nil for UTC, which needs no table.
    private let zone: TimeZone?

    public static let utc = ScheduleZone()

    private init() {
        name = "UTC"
        zone = nil
    }

    /// - Throws: `CronError` for a name that the time zone database doesn't have.
    public init(name: String) throws(CronError) {
        self.name = name
        if ["UTC", "Etc/UTC", "GMT"].contains(name) {
            zone = nil
            return
        }
        // Abbreviations and offsets such as "EST5" or "GMT+2" are known to the library, but are no IANA names.
        let isKnown = TimeZone.knownTimeZoneIdentifiers.contains(name) || name.contains("/")
        guard isKnown, let zone = TimeZone(identifier: name) else {
            throw CronError(message: "\"\(name)\" is no time zone; expected an IANA name such as Europe/Berlin")
        }
        self.zone = zone
    }

    /// Seconds that local clocks are ahead of UTC at a moment, in seconds since 1970.
    func offset(at instant: Int64) -> Int64 {
        guard let zone else { return 0 }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
    }

    /// The moments at which local clocks show a time.
    ///
    /// - Parameters:
    ///   - local: what the clock shows, as seconds since 1970 without time zone.
    ///   - repeats: whether a time that is shown twice counts twice, and one that is skipped not at all; otherwise it is
    ///     the first occurrence, and for a skipped time the moment of the change.
    func instants(ofLocal local: Int64, repeats: Bool) -> [Int64] {
        guard zone != nil else { return [local] }
        // No zone changes its offset twice within a day and a half.
        let before = offset(at: local - 86_400)
        let after = offset(at: local + 86_400)
        let shown = Set([before, after]).map { local - $0 }.filter { $0 + offset(at: $0) == local }.sorted()
        if repeats { return shown }
        if let first = shown.first { return [first] }
        return [change(between: local - max(before, after), and: local - min(before, after))]
    }

    /// The first moment after `start` with the offset of `end`.
    private func change(between start: Int64, and end: Int64) -> Int64 {
        let wanted = offset(at: end)
        var low = start
        var high = end
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == wanted { high = middle } else { low = middle }
        }
        return high
    }
}
