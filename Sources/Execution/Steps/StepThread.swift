internal import Glibc

/// A thread for a step in the background. It may block, and needs as much of a stack as the first one has.
enum StepThread {
    private static let stackSize = 8 << 20

    /// Where no thread can be made, the work is done at once by the caller: the step is then one in the foreground.
    static func start(_ work: @escaping @Sendable () -> Void) {
        if !begin(work) { work() }
    }

    /// - Returns: whether a thread could be made.
    static func begin(_ work: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
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
        if code != 0 { argument.release() }
        return code == 0
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
