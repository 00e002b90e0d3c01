/// Puts a new container in the place of the one that has its name, and puts the former one back where the new one does not
/// become healthy.
///
/// At every moment one container has the name, or the former one waits under `NAME-before`: what a broken off replacement left
/// is mended by the next. Two replacements of one name must not run at once.
public struct ContainerReplacement {
    /// How a new container shows that it may stay.
    public enum Proof: Equatable, Sendable {
        /// The engine's health check says so.
        case healthCheck
        /// It runs that many seconds without an end.
        case running(seconds: Double)
    }

    public struct Result: Equatable, Sendable {
        public var container: String
        /// The one that had the name before, and its image; nil where there was none.
        public var former: String?
        public var formerImage: String?
    }

    private let engine: DockerEngine
    private let name: String
    private let patience: Patience
    private let log: (String) -> Void
    /// Seconds that the former container has for its end.
    public var gracePeriod = 10
    /// Seconds in which the new one has to become healthy.
    public var limit = 120.0
    /// Lines of a failed container's log that are shown.
    private static let shownLines = 100

    private var formerName: String { "\(name)-before" }
    private var nextName: String { "\(name)-next" }

    public init(
        _ name: String, engine: DockerEngine, patience: Patience = .endless, log: @escaping (String) -> Void
    ) {
        self.name = name
        self.engine = engine
        self.patience = patience
        self.log = log
    }

    /// - Throws: `DockerError` where the new container could not take the place; it says whether the former one runs again. One
    ///   that would not outlive its stop is refused, and left as it is.
    public func run(_ definition: ContainerDefinition, proof: Proof) throws(DockerError) -> Result {
        try mend()
        let former = try engine.container(named: name)
        if let former { try checkStays(former) }
        // What the engine refuses is known before anything is touched.
        let (next, warnings) = try engine.createContainer(definition, named: nextName, patience: patience)
        for warning in warnings { log("##[warning]\(warning)") }
        do throws(DockerError) {
            if let former { try putAside(former) }
            try engine.renameContainer(next, to: name)
            log("Starting \(name)")
            try engine.startContainer(next, patience: patience)
            try prove(proof, of: next)
        } catch {
            throw putBack(former, insteadOf: next, after: error)
        }
        if let former {
            try engine.removeContainer(former.id)
            log("The former container \(Self.short(former.id)) is removed")
        }
        return Result(container: next, former: former?.id, formerImage: former?.configuration.image)
    }

    private static func short(_ id: String) -> String { String(id.prefix(12)) }

    /// One that the engine removes at its end can't wait for the new one's proof.
    private func checkStays(_ former: ContainerDescription) throws(DockerError) {
        guard former.host.removesItself, former.state.isRunning else { return }
        throw DockerError(
            .refused, "replace the container \(name)",
            "the container of that name was started with --rm: once it is stopped, nothing is left to go back to. It runs on as it"
                + " was. Stop it once by hand (docker stop \(name)), or start it anew without --rm, and run this again")
    }

    // MARK: - Aside and back

    private func putAside(_ former: ContainerDescription) throws(DockerError) {
        log("Stopping the former container \(Self.short(former.id)) (\(former.configuration.image))")
        try engine.renameContainer(former.id, to: formerName)
        // Its ports are the new one's now.
        try engine.stopContainer(former.id, seconds: gracePeriod, patience: patience)
    }

    /// - Returns: the failure, with what became of the former container.
    private func putBack(
        _ former: ContainerDescription?, insteadOf next: String, after error: DockerError
    ) -> DockerError {
        log("##[error]\(error)")
        show(next)
        var sentence = "there was no container of that name before"
        do throws(DockerError) {
            try engine.removeContainer(next)
            if let former {
                if try engine.container(named: name) == nil { try engine.renameContainer(former.id, to: name) }
                sentence =
                    former.state.isRunning
                    ? try startAgain(former)
                    : "the former container \(Self.short(former.id)) has its name again; it did not run before either"
                log("Back to the former container: \(sentence)")
            }
        } catch {
            sentence = "the former container could not be put back (\(error)): start \(formerName) by hand"
            log("##[error]\(sentence)")
        }
        return DockerError(error.reason, "replace the container \(name)", "\(error.detail); \(sentence)")
    }

    /// Starts the former container and waits for its health check, where it has one: started is not yet serving.
    ///
    /// - Returns: what became of it.
    private func startAgain(_ former: ContainerDescription) throws(DockerError) -> String {
        let subject = "the former container \(Self.short(former.id))"
        try engine.startContainer(former.id)
        guard former.state.health != nil else { return "\(subject) runs again" }
        do throws(DockerError) {
            try prove(.healthCheck, of: former.id)
            return "\(subject) runs again and is healthy"
        } catch {
            guard error.reason != .interrupted else { return "\(subject) runs again; whether it is healthy was not waited for" }
            log("##[error]The former container does not serve either: \(error.detail)")
            return "\(subject) runs again, but is not healthy: \(error.detail)"
        }
    }

    /// Puts right what an earlier replacement left that did not come to its end: then the container of the name is the one that served.
    public func mend() throws(DockerError) {
        if let next = try engine.container(named: nextName) { try engine.removeContainer(next.id) }
        guard let former = try engine.container(named: formerName) else { return }
        if let current = try engine.container(named: name) {
            guard !Self.isProven(current) else {
                log("An earlier replacement left \(formerName): it is removed, since \(name) serves")
                return try engine.removeContainer(former.id)
            }
            try engine.removeContainer(current.id)
        }
        log("##[warning]An earlier replacement of \(name) was broken off: the container from before has its name again")
        try engine.renameContainer(former.id, to: name)
        try engine.startContainer(former.id)
    }

    // MARK: - Proof

    /// Nobody saw whether it became what it should: one that has a health check has to be healthy, another to run since it was
    /// started first.
    private static func isProven(_ container: ContainerDescription) -> Bool {
        guard container.state.isRunning, container.restartCount == 0 else { return false }
        return container.state.health.map { $0.status == "healthy" } ?? true
    }

    private func prove(_ proof: Proof, of id: String) throws(DockerError) {
        let action = "start the container \(name)"
        let begin = ContinuousClock.now
        while true {
            let container = try engine.inspectContainer(id, patience: patience)
            let state = container.state
            // One that its restart policy starts again and again counts as running to the engine.
            guard state.isRunning, container.restartCount == 0 else { throw Self.ended(state, action) }
            switch proof {
            case .running(let seconds):
                if ContinuousClock.now - begin >= .seconds(seconds) {
                    return log("\(name) has run for \(Int(seconds)) s")
                }
            case .healthCheck:
                switch state.health?.status {
                case "healthy": return log("\(name) is healthy")
                case "unhealthy":
                    let last = state.health?.log?.last?.output ?? ""
                    throw DockerError(.failed, action, "its health check fails: \(last.isEmpty ? "without output" : last)")
                default: break
                }
            }
            guard ContinuousClock.now - begin < .seconds(limit) else {
                throw DockerError(.failed, action, "it is not healthy after \(Int(limit)) s")
            }
            guard patience.wait(seconds: 0.25) else { throw DockerError(.interrupted, action, "it was cancelled") }
        }
    }

    static func ended(_ state: ContainerDescription.State, _ action: String) -> DockerError {
        // The engine knows it while it waits to start it again by its restart policy, and forgets it then.
        let code = state.isRunning && state.exitCode == 0 ? "" : " with exit code \(state.exitCode)"
        let end = "it ended\(code)\(state.isRunning ? " and was started again" : "")"
        let words = state.ranOutOfMemory ? "its memory ran out" : end
        return DockerError(.failed, action, state.error.isEmpty ? words : "\(words): \(state.error)")
    }

    private func show(_ id: String) {
        guard let output = try? engine.logs(of: id, last: Self.shownLines) else { return }
        var text: [UInt8] = []
        let patience = Patience().limited(to: 30)
        while let news = try? output.read(patience, hand: { text += Array($1) }), news == .output {}
        guard !text.isEmpty else { return log("The new container printed nothing") }
        log("##[group]What the new container printed last")
        for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline) { log(String(line)) }
        log("##[endgroup]")
    }
}
