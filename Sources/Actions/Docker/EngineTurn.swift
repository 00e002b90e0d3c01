internal import Docker
internal import Execution
internal import Glibc
internal import Processes
internal import Signing

/// A turn at something in the engine that all jobs of this host share by its name. It ends with the value, or with the process.
struct EngineTurn: ~Copyable {
    private let lock: FileLock

    /// Waits until no other job has it.
    ///
    /// - Parameters:
    ///   - kind: of what the name is: `docker-run`.
    ///   - doing: what the other job does with the name, for the log.
    ///   - folder: the host's, which all jobs have.
    init(
        _ kind: String, _ name: String, doing: String, in folder: String, _ patience: Patience, log: (String) -> Void
    ) throws(ActionFailure) {
        do throws(ExecutionError) { try Folder.make(folder) } catch { throw ActionFailure(error.message) }
        let path = "\(folder)/.\(kind)-\(SHA256.hexadecimal(name).prefix(32)).lock"
        var isTold = false
        while true {
            do throws(ProcessError) {
                while let lock = try FileLock.tryLock(path) {
                    // Whoever had the turn may have removed the file between its opening and its locking: another has that name.
                    guard lock.isInPlace else { continue }
                    self.lock = lock
                    return
                }
            } catch {
                throw ActionFailure("can't lock the name \(name): \(error)")
            }
            if !isTold { log("Another job is \(doing) \(name): waiting for it") }
            isTold = true
            guard patience.wait(seconds: 0.5) else { throw ActionFailure("another job was still \(doing) \(name)") }
        }
    }

    /// The file goes with the turn, while its lock is held: there would be one for every name that was ever used.
    deinit { unlink(lock.path) }
}
