internal import Docker
public import EngineAddresses
public import Execution
internal import Glibc

/// Finds and removes what jobs have in the Docker Engine, by its labels: at the end of a job, and after a crash.
///
/// All calls block. Removing what somebody else removes at the same time is no error.
public struct EngineSweep: Sendable {
    private let engine: DockerEngine
    private let instance: String

    /// - Parameter instance: whose jobs are meant: `EngineUse.instance`.
    /// - Throws: `ExecutionError` where the engine does not answer.
    public init(at address: EngineAddress, instance: String) throws(ExecutionError) {
        let patience = Patience().limited(to: 30)
        engine = try engineCall { () throws(DockerError) in try DockerEngine(at: address, patience: patience) }
        self.instance = instance
    }

    init(engine: DockerEngine, instance: String) {
        self.engine = engine
        self.instance = instance
    }

    private var ofInstance: String { "\(EngineNames.instanceLabel)=\(instance)" }

    private func labels(of job: Int64) -> [String] { [ofInstance, "\(EngineNames.jobLabel)=\(job)"] }

    /// The jobs of which anything is left.
    public func jobs() throws(ExecutionError) -> Set<Int64> {
        try engineCall { () throws(DockerError) in
            var labels = try engine.containers(labelled: [ofInstance]).map(\.labels)
            labels += try engine.networks(labelled: [ofInstance]).compactMap(\.labels)
            labels += try engine.volumes(labelled: [ofInstance]).compactMap(\.labels)
            let images = try engine.images(labelled: [EngineNames.imageLabel]).compactMap { $0.labels?[EngineNames.imageLabel] }
            let builders = images.filter { $0.hasPrefix("\(instance) ") }.compactMap { Int64($0.dropFirst(instance.count + 1)) }
            return Set(labels.compactMap { $0[EngineNames.jobLabel].flatMap { Int64($0) } } + builders)
        }
    }

    /// Removes everything of a job that does not run, and gives what its containers left in its workspace to this process's
    /// user.
    ///
    /// - Returns: what could not be done.
    public func remove(job: Int64, workspace: String) -> [String] {
        let images = (try? engine.containers(labelled: labels(of: job)).map(\.image)) ?? []
        return removeContainers(ofJob: job) + takeOver(workspace, ofJob: job, images: images) + removeRest(ofJob: job)
    }

    /// Gives what containers left in a folder to this process's user.
    ///
    /// - Returns: what could not be done.
    public func takeOver(_ folder: String, ofJob job: Int64) -> [String] { takeOver(folder, ofJob: job, images: []) }

    private func takeOver(_ folder: String, ofJob job: Int64, images: [String]) -> [String] {
        guard geteuid() != 0, OwnerSearch.foreign.finds(in: folder) else { return [] }
        let names = EngineNames(instance: instance, job: job, run: 0)
        do throws(ExecutionError) {
            let others = try engineCall { () throws(DockerError) in try engine.images().sorted { $0.size < $1.size }.map(\.id) }
            try OwnershipRepair(engine: engine, names: names, labels: names.labels).repair(
                folder, images: images + others.prefix(3))
            return []
        } catch {
            return [error.message]
        }
    }

    /// Removes what jobs without a daemon left whose processes are gone.
    func removeOrphans() -> [String] {
        var problems: [String] = []
        let marked = (try? engine.containers(labelled: [EngineNames.processLabel]).map(\.labels)) ?? []
        let networks = (try? engine.networks(labelled: [EngineNames.processLabel]).compactMap(\.labels)) ?? []
        for labels in marked + networks {
            guard let mark = labels[EngineNames.processLabel], !ProcessMark.isAlive(mark),
                let instance = labels[EngineNames.instanceLabel], let job = labels[EngineNames.jobLabel].flatMap({ Int64($0) })
            else { continue }
            let sweep = EngineSweep(engine: engine, instance: instance)
            problems += sweep.removeContainers(ofJob: job) + sweep.removeRest(ofJob: job)
        }
        return problems
    }

    /// Removes images that this host does without.
    ///
    /// - Returns: what was removed, for people.
    public func prune(_ rules: PruneRules, now: Double) throws(ExecutionError) -> [String] {
        var pruning = ImagePruning()
        pruning.unnamedAge = rules.unnamedAge
        pruning.keptTags = rules.keptTags
        pruning.label = rules.label
        pruning.leastFree = rules.leastFree
        return try engineCall { () throws(DockerError) in try engine.prune(pruning, now: now) }
    }

    /// Without them, nothing of the job runs any more.
    func removeContainers(ofJob job: Int64) -> [String] {
        collect { () throws(DockerError) in
            for container in try engine.containers(labelled: labels(of: job)) { try engine.removeContainer(container.id) }
        }
    }

    func removeRest(ofJob job: Int64) -> [String] {
        let labels = labels(of: job)
        let networks = collect { () throws(DockerError) in
            for network in try engine.networks(labelled: labels) { try engine.removeNetwork(network.id) }
        }
        let volumes = collect { () throws(DockerError) in
            for volume in try engine.volumes(labelled: labels) { try engine.removeVolume(volume.name) }
        }
        // Their layers stay: the next build of the same action takes them up.
        let images = collect { () throws(DockerError) in
            let label = "\(EngineNames.imageLabel)=\(EngineNames(instance: instance, job: job, run: 0).imageLabel)"
            for image in try engine.images(labelled: [label]) { try engine.removeImage(image.id, keepsLayers: true) }
        }
        return networks + volumes + images
    }

    private func collect(_ work: () throws(DockerError) -> Void) -> [String] {
        do throws(DockerError) {
            try work()
            return []
        } catch {
            return ["\(error)"]
        }
    }
}
