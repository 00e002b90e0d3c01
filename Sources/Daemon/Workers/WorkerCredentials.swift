internal import Execution
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// What the daemon says to a worker that asked for newer credentials.
struct CredentialAnswer: Codable, Sendable {
    var credentials: HandedCredentials?
    /// Why there are none.
    var refusal: String?
}

/// The credentials that the daemon gave a job, in the memory of its worker. Others are asked for through the journal, and come over the
/// control socket: neither a file that stays nor the log ever has them.
final class WorkerCredentials: JobCredentialSource {
    /// Seconds that the daemon has to answer. A restart of it takes some.
    private static let patience = 180.0

    private struct State {
        var current: HandedCredentials
        var asked = 0
        var isAsking = false
        /// Counts answers.
        var answers = 0
        var refusal: String?
    }

    private let state: Mutex<State>
    private let patience: Double
    private let ask: @Sendable (Int) throws(ExecutionError) -> Void
    private let mask: @Sendable (String) -> Void

    /// - Parameters:
    ///   - ask: tells the daemon, with the number of the question.
    ///   - mask: hides a text in all logs from then on.
    init(
        _ credentials: HandedCredentials, patience: Double = WorkerCredentials.patience,
        ask: @escaping @Sendable (Int) throws(ExecutionError) -> Void, mask: @escaping @Sendable (String) -> Void
    ) {
        state = Mutex(State(current: credentials))
        self.patience = patience
        self.ask = ask
        self.mask = mask
    }

    var current: HandedCredentials { state.withLock { $0.current } }

    func renew(while isWanted: () -> Bool) throws(ExecutionError) -> HandedCredentials {
        let old = current
        // Who asks meanwhile waits for the same answer.
        let (number, seen) = state.withLock { state -> (Int?, Int) in
            guard !state.isAsking else { return (nil, state.answers) }
            state.isAsking = true
            state.asked += 1
            return (state.asked, state.answers)
        }
        defer { if number != nil { state.withLock { $0.isAsking = false } } }
        if let number { try ask(number) }
        let start = Date()
        while true {
            let now = state.withLock { $0 }
            if now.current != old { return now.current }
            if now.answers > seen {
                if let refusal = now.refusal { throw ExecutionError(refusal) }
                return now.current
            }
            // Who asked first has given up.
            if number == nil, !now.isAsking { return try renew(while: isWanted) }
            guard isWanted() else { throw ExecutionError("nobody waits for them any more") }
            guard Date().timeIntervalSince(start) < patience else {
                throw ExecutionError("the daemon did not give them within \(Int(patience)) seconds: see that it runs")
            }
            usleep(20_000)
        }
    }

    /// Takes what the daemon says.
    func take(_ answer: CredentialAnswer) {
        answer.credentials?.secrets.forEach(mask)
        state.withLock { state in
            if let credentials = answer.credentials { state.current = credentials }
            state.refusal = answer.refusal
            state.answers += 1
        }
    }
}
