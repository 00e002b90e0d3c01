internal import Processes

/// A process as a label can hold it.
enum ProcessMark {
    /// This process; empty where the kernel hides what tells it from others.
    static var current: String {
        guard let identity = ProcessIdentity.current else { return "" }
        return "\(identity.pid) \(identity.startTime) \(identity.bootID ?? "")"
    }

    /// Whether the marked process runs.
    static func isAlive(_ mark: String) -> Bool {
        let parts = mark.split(separator: " ")
        guard let pid = parts.first.flatMap({ Int32($0) }), let identity = ProcessIdentity(of: pid) else { return false }
        return identity.isAlive && "\(identity.pid) \(identity.startTime) \(identity.bootID ?? "")" == mark
    }
}
