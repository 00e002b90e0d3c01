internal import Expressions
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Settings

/// The daemon's own log on standard error, as the settings ask: lines for people, or JSON. The journal adds times to lines.
struct DaemonLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogSettings.Format

    static func logger(_ settings: LogSettings) -> Logger {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        return Logger(label: "slipway") { _ in DaemonLog(logLevel: level, format: settings.format) }
    }

    private init(logLevel: Logger.Level, format: LogSettings.Format) {
        self.logLevel = logLevel
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        var line: String
        switch format {
        case .text:
            line = "\(event.level): \(event.message)"
            for (name, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(name)=\(value)" }
        case .json:
            var object: ExpressionObject = [
                "time": .string(Date().formatted(.iso8601)), "level": .string(event.level.rawValue),
                "message": .string("\(event.message)"),
            ]
            for (name, value) in all.sorted(by: { $0.key < $1.key }) { object[name] = .string("\(value)") }
            line = object.jsonText()
        }
        line += "\n"
        line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}
