public import Execution
public import FoundationEssentials
internal import Synchronization

/// The services of artifacts and caches of one job, on top of what is stored on this host: its scopes of trust, limits and
/// retention hold as for the built-in actions.
///
/// Nothing runs and no socket is there before an action that may call them is started. The clients are those of GitHub's toolkit,
/// and what they speak is documented by their sources (https://github.com/actions/toolkit).
public final class StoredFileServices: ActionServices {
    private struct State {
        var place: ServicePlace?
        var server: ServiceServer?
        var addresses: [ServiceCaller: String] = [:]
        var isStopped = false
    }

    private let assignment: JobAssignment
    private let journal: JournalWriter
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    /// - Parameter journal: is told what becomes of stored files.
    public init(_ assignment: JobAssignment, journal: JournalWriter, now: @escaping @Sendable () -> Date) {
        self.assignment = assignment
        self.journal = journal
        self.now = now
    }

    public func environment(
        for caller: ServiceCaller, in workplace: any Workplace, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> [String: String] {
        try state.withLock { state throws(ExecutionError) in
            guard !state.isStopped else { throw ExecutionError("the job is over") }
            guard let place = try place(&state) else { return [:] }
            let address = try address(of: place, for: caller, &state) { () throws(ExecutionError) in
                try workplace.listen(for: caller, deadline: deadline, cancellation: cancellation)
            }
            let url = "http://\(address)/"
            return [
                "ACTIONS_RUNTIME_TOKEN": place.key.token, "ACTIONS_RUNTIME_URL": url, "ACTIONS_RESULTS_URL": url,
                "ACTIONS_CACHE_URL": url, "ACTIONS_CACHE_SERVICE_V2": "True",
            ]
        }
    }

    /// Made when it is needed: most jobs call no such action.
    private func place(_ state: inout State) throws(ExecutionError) -> ServicePlace? {
        if let place = state.place { return place }
        state.place = try ServicePlace(assignment, journal: journal, now: now)
        return state.place
    }

    private func address(
        of place: ServicePlace, for caller: ServiceCaller, _ state: inout State,
        listen: () throws(ExecutionError) -> ServiceSocket
    ) throws(ExecutionError) -> String {
        if let address = state.addresses[caller] { return address }
        let socket = try listen()
        let server = state.server ?? ServiceServer(ServiceRouter(place: place))
        state.server = server
        try server.serve(socket)
        state.addresses[caller] = socket.address
        return socket.address
    }

    public func stop() {
        let server = state.withLock { state in
            state.isStopped = true
            state.place?.end()
            defer { state.server = nil }
            return state.server
        }
        server?.stop()
    }
}
