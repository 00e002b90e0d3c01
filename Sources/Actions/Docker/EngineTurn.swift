internal import Docker
internal import Execution
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
    init(
        _ kind: String, _ name: String, doing: String, _ access: ActionEngine, _ invocation: ActionInvocation
    ) throws(ActionFailure) {
        let folder = invocation.assignment.toolsFolder
        do throws(ExecutionError) { try Folder.make(folder) } catch { throw ActionFailure(error.message) }
        let path = "\(folder)/.\(kind)-\(SHA256.hexadecimal(name).prefix(32)).lock"
        var isTold = false
        while true {
            do throws(ProcessError) {
                if let lock = try FileLock.tryLock(path) {
                    self.lock = lock
                    return
                }
            } catch {
                throw ActionFailure("can't lock the name \(name): \(error)")
            }
            if !isTold { invocation.log("Another job is \(doing) \(name): waiting for it") }
            isTold = true
            guard access.patience.wait(seconds: 0.5) else { throw ActionFailure("another job was still \(doing) \(name)") }
        }
    }
}
