internal import Glibc

/// A thread for work that blocks, with as much of a stack as a process's first one has. Either joined or detached, once.
public struct BlockingThread: Sendable {
    private static let stackSize = 8 << 20

    /// The system has no thread to give; nothing was done then.
    public struct Refusal: Error {
        /// As errno has it.
        public let code: Int32
    }

    private let thread: pthread_t

    private init(_ thread: pthread_t) { self.thread = thread }

    public static func start(_ work: @escaping @Sendable () -> Void) throws(Refusal) -> BlockingThread {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackSize)
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Work(work))
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw Refusal(code: code)
        }
        return BlockingThread(thread)
    }

    /// Waits until the work is done.
    public func join() { pthread_join(thread, nil) }

    /// Nobody waits for it.
    public func detach() { pthread_detach(thread) }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
