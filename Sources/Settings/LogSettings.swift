/// `log`: what the daemon itself writes to standard error.
public struct LogSettings: Sendable, Equatable {
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    public enum Format: String, Sendable, Hashable, CaseIterable {
        case text
        /// One object a line.
        case json
    }

    public var level: Level
    public var format: Format

    init(reading reader: SettingsReader) {
        level = reader.choice("level", default: .info)
        format = reader.choice("format", default: .text)
    }
}
