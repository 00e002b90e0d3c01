internal import CProcesses
internal import Glibc
internal import Synchronization

/// Starts processes that are tied to this process's life. A parent-death signal comes when the *thread* that made the process
/// ends (prctl(2)), so such a process is made on a thread that stays as long as it runs.
enum LongLivedThread {
    static func start(_ specification: ProcessSpecification) throws(ProcessError) -> SpawnedProcess {
        // The first thread ends with the process, so it needs no other.
        if slipway_on_first_thread() == 1 { return try SpawnedProcess.start(specification) }
        let task = try ThreadTask(specification)
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 512 * 1024)
        defer { pthread_attr_destroy(&attributes) }
        let argument = Unmanaged.passRetained(task)
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<ThreadTask>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw .system("start a thread", code: code)
        }
        return try task.result()
    }
}

private final class ThreadTask: Sendable {
    private let specification: ProcessSpecification
    private let started = Mutex<Result<SpawnedProcess, ProcessError>?>(nil)
    private let notice: (reading: OwnedDescriptor, writing: OwnedDescriptor)

    init(_ specification: ProcessSpecification) throws(ProcessError) {
        self.specification = specification
        self.notice = try OwnedDescriptor.pipe()
    }

    func run() {
        let result = Result { () throws(ProcessError) in try SpawnedProcess.start(specification) }
        started.withLock { $0 = result }
        notice.writing.close()
        if case .success(let process) = result { _ = process.awaitExit(until: nil) }
    }

    func result() throws(ProcessError) -> SpawnedProcess {
        _ = try notice.reading.read(atMost: 1)
        guard let result = started.withLock({ $0 }) else { throw .system("start a thread", code: ECANCELED) }
        return try result.get()
    }
}
