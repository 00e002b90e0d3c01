internal import Docker
internal import EngineAddresses
internal import FoundationEssentials
internal import Git
internal import Glibc
internal import Plan
internal import Processes
internal import Synchronization

/// Counts what the state folder holds. That takes as long as there are files, so it is done on a thread of its own, when somebody
/// asks and the last count is old; whoever asks gets the last one meanwhile.
final class DiskSurvey: Sendable {
    struct Count: Sendable, Equatable {
        /// Bytes by the name of the kind.
        var bytes: [String: Int64] = [:]
        var docker: EngineDiskUsage?
        var problems: [String] = []
        var at: Date
    }

    private struct State {
        var last: Count?
        var isUnderWay = false
    }

    /// How old a count may be.
    private static let age = 60.0
    /// The engine counts the files of its images.
    private static let enginePatience = 20.0
    private static let queue = BlockingQueue(label: "slipway.disk-survey")

    private let folders: StateFolders
    private let state = Mutex(State())

    init(folders: StateFolders) { self.folders = folders }

    /// The last count, and whether another one is under way.
    ///
    /// - Parameter engine: the Docker Engine; nil: there is none.
    func count(engine: EngineAddress?, now: @escaping @Sendable () -> Date) -> (last: Count?, isUnderWay: Bool) {
        let (last, begins, isUnderWay) = state.withLock { state -> (Count?, Bool, Bool) in
            let isOld = state.last.map { now().timeIntervalSince($0.at) > Self.age } ?? true
            let begins = isOld && !state.isUnderWay
            if begins { state.isUnderWay = true }
            return (state.last, begins, state.isUnderWay)
        }
        if begins {
            // Nobody awaits it: its end is seen by the next one who asks.
            Task {
                let found = await Self.queue.run { [folders] () throws(Never) in Self.survey(folders, engine: engine, at: now()) }
                state.withLock { $0 = State(last: found, isUnderWay: false) }
            }
        }
        return (last, isUnderWay)
    }

    private static func survey(_ folders: StateFolders, engine: EngineAddress?, at date: Date) -> Count {
        var count = Count(at: date)
        var artifacts: Int64 = 0
        let runs = size(of: folders.runs) { path, bytes in
            // runs/<run>/artifacts/…
            if path.dropFirst(folders.runs.utf8.count).split(separator: "/").dropFirst().first == "artifacts" {
                artifacts += bytes
            }
        }
        count.bytes["artifacts"] = artifacts
        count.bytes["runs"] = runs - artifacts
        for (name, path) in [
            ("mirrors", folders.mirrors), ("caches", folders.cache), ("workspaces", folders.workspaces), ("tools", folders.tools),
            ("actions", folders.actions), ("checkouts", folders.checkouts),
        ] { count.bytes[name] = size(of: path) }
        count.bytes["database"] = ["", "-wal", "-shm"].reduce(0) { $0 + size(of: folders.database + $1) }
        guard let engine else { return count }
        do throws(DockerError) {
            count.docker = try DockerEngine(at: engine).diskUsage(patience: Patience().limited(to: enginePatience))
        } catch {
            count.problems.append("The Docker Engine at \(engine) does not say what its images take: \(error)")
        }
        return count
    }

    /// Bytes on the disk of a file, or of all that is in a folder; 0 where there is none. Links are not followed, and what goes
    /// meanwhile is left out.
    private static func size(of path: String, each: (String, Int64) -> Void = { _, _ in }) -> Int64 {
        var total: Int64 = 0
        var seen: Set<UInt64> = []
        var device: dev_t?
        var open = [path]
        while let next = open.popLast() {
            var status = stat()
            guard lstat(next, &status) == 0, status.st_dev == device ?? status.st_dev else { continue }
            device = status.st_dev
            // A file with several names takes its room once.
            guard status.st_nlink == 1 || status.st_mode & S_IFMT == S_IFDIR || seen.insert(UInt64(status.st_ino)).inserted else {
                continue
            }
            let bytes = Int64(status.st_blocks) * 512
            total += bytes
            each(next, bytes)
            if status.st_mode & S_IFMT == S_IFDIR { open += KernelFile.names(in: next).map { "\(next)/\($0)" } }
        }
        return total
    }
}
