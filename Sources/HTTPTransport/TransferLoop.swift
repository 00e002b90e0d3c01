#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Runs one transfer on a thread of its own, from the first byte to the last.
final class TransferLoop {
    private let transfer: Transfer
    private let curl: CurlTransfer

    private init(_ transfer: Transfer) throws(HTTPTransportError) {
        self.transfer = transfer
        curl = try CurlTransfer(transfer.request, receiver: transfer)
        transfer.attach(multi: curl.multi)
    }

    deinit { transfer.attach(multi: nil) }

    /// Starts the thread; the transfer tells its reader how it goes on.
    static func start(_ transfer: Transfer) throws(HTTPTransportError) {
        let argument = Unmanaged.passRetained(transfer)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                TransferLoop.run(Unmanaged<Transfer>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw HTTPTransportError(.exhausted, transfer.request.target, "no thread")
        }
        pthread_detach(thread)
    }

    private static func run(_ transfer: Transfer) {
        // Signals are for the threads that wait for them; a write to a closed connection must not end the process.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        transfer.finish(perform(transfer))
    }

    private static func perform(_ transfer: Transfer) -> Result<Void, HTTPTransportError> {
        do throws(HTTPTransportError) {
            let loop = try TransferLoop(transfer)
            while true {
                if let outcome = try loop.step() { return outcome }
            }
        } catch {
            return .failure(error)
        }
    }

    /// Does what can be done now, then waits for news. Nil as long as it goes on.
    private func step() throws(HTTPTransportError) -> Result<Void, HTTPTransportError>? {
        if transfer.isCancelled { throw curl.failure(.cancelled) }
        if transfer.takeResumption() { curl.resume() }
        if let outcome = try curl.perform() { return outcome }
        let wait = try curl.timeToWait(isPaused: transfer.isPaused)
        curl.wait(milliseconds: Int32(clamping: wait.milliseconds + 1))
        return nil
    }
}
