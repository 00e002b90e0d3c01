internal import Glibc

/// The processes that this process can see, at one moment (proc(5)).
struct ProcessTable {
    struct Entry: Equatable {
        var pid: Int32
        var parent: Int32
        var session: Int32
        /// Ended, and not waited for by its parent yet.
        var isZombie: Bool
        /// Clock ticks since the machine started; with the pid it tells a process from a later one with the same pid.
        var startTime: UInt64
    }

    let entries: [Int32: Entry]

    static func snapshot() -> ProcessTable {
        var entries: [Int32: Entry] = [:]
        for name in KernelFile.names(in: "/proc") {
            guard let pid = Int32(name), let entry = entry(of: pid) else { continue }
            entries[pid] = entry
        }
        return ProcessTable(entries: entries)
    }

    /// One process; nil if there is none with that pid.
    static func entry(of pid: Int32) -> Entry? {
        guard let text = KernelFile.text("/proc/\(pid)/stat") else { return nil }
        return entry(of: pid, stat: text)
    }

    /// The name in parentheses may contain anything, so what follows is counted from the last parenthesis.
    static func entry(of pid: Int32, stat text: String) -> Entry? {
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text.utf8[text.utf8.index(after: end)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let parent = Int32(Substring(fields[1])), let session = Int32(Substring(fields[3])),
            let startTime = UInt64(Substring(fields[19]))
        else { return nil }
        let state = fields[0].first
        return Entry(
            pid: pid, parent: parent, session: session,
            isZombie: state == UInt8(ascii: "Z") || state == UInt8(ascii: "X"), startTime: startTime)
    }

    /// Everything that descends from one of the roots, without the roots.
    func descendants(of roots: Set<Int32>) -> [Entry] {
        let children = Dictionary(grouping: entries.values, by: \.parent)
        var found: [Entry] = []
        var open = Array(roots)
        while let pid = open.popLast() {
            for child in children[pid] ?? [] where !roots.contains(child.pid) {
                found.append(child)
                open.append(child.pid)
            }
        }
        return found
    }
}
