internal import Expressions
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Settings

/// The daemon's own log on standard error, as the settings ask: lines for people, or JSON.
///
/// Lines for people begin with their time (UTC), unless systemd's journal reads them: it knows the time itself, and is told
/// the level in its own way (sd-daemon(3)), so that `journalctl --priority` finds warnings.
struct DaemonLog: LogHandler {
    /// Who reads the lines.
    enum Reader: Equatable {
        case file
        case journal

        /// As systemd tells: it names the device and inode of the stream, since children may have another one.
        init(environment: [String: String]) {
            var status = stat()
            let isJournal =
                fstat(STDERR_FILENO, &status) == 0
                && environment["JOURNAL_STREAM"] == "\(status.st_dev):\(status.st_ino)"
            self = isJournal ? .journal : .file
        }
    }

    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogSettings.Format
    private let reader: Reader
    private let now: @Sendable () -> Date

    static func logger(
        _ settings: LogSettings, reader: Reader, now: @escaping @Sendable () -> Date = { Date() }
    ) -> Logger {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        return Logger(label: "slipway") { _ in
            DaemonLog(logLevel: level, format: settings.format, reader: reader, now: now)
        }
    }

    init(logLevel: Logger.Level, format: LogSettings.Format, reader: Reader, now: @escaping @Sendable () -> Date) {
        self.logLevel = logLevel
        self.format = format
        self.reader = reader
        self.now = now
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var text = self.text(
            event.level, "\(event.message)",
            metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })
        text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    /// What is written for one message, line ends included.
    func text(_ level: Logger.Level, _ message: String, _ metadata: [(name: String, value: String)] = []) -> String {
        let time = now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .json:
            var object: ExpressionObject = [
                "time": .string(time), "level": .string(level.rawValue), "message": .string(message),
            ]
            for (name, value) in metadata { object[name] = .string(value) }
            return object.jsonText() + "\n"
        case .text:
            let line = "\(level): \(message)" + metadata.map { " \($0.name)=\($0.value)" }.joined()
            guard reader == .journal else { return "\(time) \(line)\n" }
            // Each line is an entry of its own there.
            return line.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "<\(level.journalPriority)>\($0)\n" }.joined()
        }
    }
}

extension Logger.Level {
    /// Of syslog(3).
    fileprivate var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
