internal import Glibc

/// Which process a pid meant when it was written down: pids are used again, also after a restart of the machine.
public struct ProcessIdentity: Codable, Sendable, Hashable {
    public let pid: Int32
    /// Clock ticks between the start of the machine and that of the process.
    public let startTime: UInt64
    /// The kernel's random name for this run of the machine; nil where it hides it.
    public let bootID: String?

    /// Nil if there is no such process.
    public init?(of pid: Int32) {
        guard let entry = ProcessTable.entry(of: pid) else { return nil }
        self.pid = pid
        self.startTime = entry.startTime
        self.bootID = Self.currentBootID()
    }

    /// The calling process.
    public static var current: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    /// Whether that very process runs. A zombie doesn't.
    public var isAlive: Bool {
        guard bootID == Self.currentBootID(), let entry = ProcessTable.entry(of: pid) else { return false }
        return entry.startTime == startTime && !entry.isZombie
    }

    private static func currentBootID() -> String? {
        KernelFile.text("/proc/sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) }
    }
}
