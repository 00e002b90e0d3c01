internal import YAML

/// `schedules`: how the cron lines of pipelines are followed.
public struct ScheduleSettings: Sendable, Equatable {
    /// What happens to ticks that passed while the daemon was not running.
    public enum Missed: String, Sendable, Hashable, CaseIterable {
        /// They are recorded, not made up for.
        case skip
        /// Of each schedule, one run makes up for all missed ticks.
        case once
    }

    public var missed: Missed
    /// The IANA name of the time zone of schedules that name none.
    public var timeZone: String

    init(reading reader: SettingsReader) {
        missed = reader.choice("missed", default: .skip)
        timeZone = "UTC"
        guard let (text, node) = reader.text("timezone") else { return }
        let isName = text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
        }
        let isKnown = text == "UTC" || !reader.host.checks || reader.host.hasTimeZone(text)
        if isName && isKnown {
            timeZone = text
        } else {
            reader.error(
                "invalid-timezone", "expected an IANA time zone such as UTC or Europe/Berlin, found \"\(text)\"", at: node)
        }
    }
}
