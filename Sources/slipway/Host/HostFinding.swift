/// What one look at the host found.
struct HostFinding: Sendable, Equatable, Encodable {
    enum Level: String, Sendable, Encodable {
        case ok
        /// Slipway works, with less than it could have.
        case warn
        /// Slipway does not work, or not for long.
        case fail
    }

    let name: String
    let level: Level
    /// What was found.
    let detail: String
    /// What to do; nil where nothing needs to be done.
    var remedy: String?

    init(_ name: String, _ level: Level, _ detail: String, remedy: String? = nil) {
        self.name = name
        self.level = level
        self.detail = detail
        self.remedy = remedy
    }

    /// For people: one line, and one for the remedy.
    var text: String {
        let mark =
            switch level {
            case .ok: TextColor.green.applied(to: "✓ ok  ")
            case .warn: TextColor.yellow.applied(to: "! warn")
            case .fail: TextColor.red.applied(to: "✗ fail")
            }
        let line = "\(mark)  \(TextColor.bold.applied(to: name)): \(detail)\n"
        return remedy.map { "\(line)        → \($0)\n" } ?? line
    }
}
