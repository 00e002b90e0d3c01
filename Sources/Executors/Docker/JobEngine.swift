internal import Docker
internal import EngineAddresses
internal import Execution
internal import Expressions
internal import Glibc
internal import Plan
internal import Synchronization

/// What one job has in the Docker Engine: its network, containers, volumes and built images, from the first that is
/// made to the removal of all of them.
///
/// Nothing is asked of the engine before a container is needed. May be used by several threads at once.
final class JobEngine: Sendable {
    private struct State {
        var engine: DockerEngine?
        /// How many containers were made for steps.
        var stepCount = 0
        /// Images that the job's containers were made from; the last one last.
        var images: [String] = []
        /// Whether there is anything to remove.
        var isUsed = false
        var context = ExpressionObject()
    }

    let assignment: JobAssignment
    let names: EngineNames
    let place: JobPlace
    let address: EngineAddress
    /// For jobs that may use the engine themselves: its socket, or one that leads to it.
    let socket: String?
    private let relay: EngineRelay?
    private let state = Mutex(State())
    private let madeNetwork = Mutex<Bool>(false)

    init(_ assignment: JobAssignment, place: JobPlace, address: EngineAddress) throws(ExecutionError) {
        self.assignment = assignment
        names = EngineNames(assignment)
        self.place = place
        self.address = address
        let mayUseEngine = assignment.engineUse.permission >= .socket
        relay =
            mayUseEngine && address.socket == nil
            ? try engineCall { () throws(DockerError) in try EngineRelay(to: address, in: assignment.folder.path) } : nil
        socket = mayUseEngine ? address.socket ?? relay?.path : nil
    }

    var rules: ContainerRules { ContainerRules(assignment, place: place, names: names) }

    var labels: [String: String] {
        var labels = names.labels
        // Without a daemon, nobody else would know that the job's process is gone.
        if assignment.source.workingTree != nil { labels[EngineNames.processLabel] = ProcessMark.current }
        return labels
    }

    /// Members of the `job` context.
    var context: ExpressionObject {
        get { state.withLock { $0.context } }
        set { state.withLock { $0.context = newValue } }
    }

    /// The engine; asks who it is at the first call.
    func connect(_ patience: Patience = .endless) throws(ExecutionError) -> DockerEngine {
        if let engine = state.withLock({ $0.engine }) { return engine }
        guard address.isOnThisHost else { throw ExecutionError(Self.isElsewhere(address)) }
        let engine = try engineCall { () throws(DockerError) in try DockerEngine(at: address, patience: patience) }
        state.withLock {
            $0.engine = engine
            $0.isUsed = true
        }
        return engine
    }

    private static func isElsewhere(_ address: EngineAddress) -> String {
        """
        the job's containers, services and Docker actions need an engine on this host, since they have the job's folders and \
        its ports; the one at \(address) is on another: set docker.socket to one of this host. Images can be built, pushed and run \
        with it as it is
        """
    }

    /// The network of the job's containers, in which no other job's are.
    func network(_ engine: DockerEngine, _ patience: Patience) throws(ExecutionError) -> String {
        try madeNetwork.withLock { isMade throws(ExecutionError) in
            if !isMade {
                _ = try engineCall { () throws(DockerError) in
                    try engine.createNetwork(named: names.network, labels: labels, patience: patience)
                }
                isMade = true
            }
        }
        return names.network
    }

    /// A socket that the job's containers reach: on the address that this host has in their network. It is up only while a
    /// network is.
    func listen(_ patience: Patience) throws(ExecutionError) -> ServiceSocket {
        let engine = try connect(patience)
        let network = try network(engine, patience)
        let gateway = try engineCall { () throws(DockerError) in try engine.gateway(ofNetwork: network, patience: patience) }
        guard let gateway else { throw ExecutionError("the network of the job's containers has no gateway") }
        return try ServiceSocket(host: gateway)
    }

    /// A name for the next step's container, or image.
    func nextStepName(_ kind: String) -> String {
        let number = state.withLock { state in
            state.stepCount += 1
            return state.stepCount
        }
        return "\(kind)-\(number)"
    }

    /// Makes a container and starts it.
    ///
    /// - Returns: its id.
    func start(
        _ definition: ContainerDefinition, named name: String, volumes: [String] = [], engine: DockerEngine,
        patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> String {
        let id = try make(definition, named: name, volumes: volumes, engine: engine, patience: patience, log: log)
        try engineCall { () throws(DockerError) in try engine.startContainer(id, patience: patience) }
        return id
    }

    /// Makes a container that carries the job's labels.
    func make(
        _ definition: ContainerDefinition, named name: String, volumes: [String] = [], engine: DockerEngine,
        patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> String {
        var definition = definition
        definition.labels.merge(labels) { $1 }
        state.withLock { $0.images.append(definition.image) }
        for volume in volumes {
            try engineCall { () throws(DockerError) in try engine.createVolume(named: volume, labels: labels) }
        }
        let (id, warnings) = try engineCall { () throws(DockerError) in
            try engine.createContainer(definition, named: names.name(name), patience: patience)
        }
        for warning in warnings { log("##[warning]\(warning)") }
        return id
    }

    /// Removes everything that the job has in the engine, and gives its files to this process's user.
    ///
    /// - Returns: what could not be done; a later sweep tries it again.
    @discardableResult
    func close() -> [String] {
        relay?.close()
        let (engine, images) = state.withLock { state in
            defer { state.isUsed = false }
            return (state.isUsed ? state.engine : nil, state.images)
        }
        guard let engine else { return [] }
        let sweep = EngineSweep(engine: engine, instance: names.instance)
        var problems = sweep.removeContainers(ofJob: names.job)
        do {
            try OwnershipRepair(engine: engine, names: names, labels: labels).repair(place.root, images: images.reversed())
        } catch {
            problems.append(error.message)
        }
        return problems + sweep.removeRest(ofJob: names.job)
    }

    /// Has this process's user read and change what the job's containers left in its folders.
    ///
    /// - Parameter way: whether files may become the user's.
    func takeOverFiles(_ way: OwnershipRepair.Way) throws(ExecutionError) {
        let (engine, images) = state.withLock { ($0.engine, $0.images) }
        guard let engine else { return }
        try OwnershipRepair(engine: engine, names: names, labels: labels, way: way)
            .repair(place.root, images: images.reversed())
    }
}
