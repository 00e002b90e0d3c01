internal import Deployments
internal import Docker
internal import EngineAddresses
internal import Execution
internal import Glibc
internal import Plan

/// Has a container that `slipway/docker-run` makes be a deployment, to which one can go back. Holds the turn at the container's name.
struct ContainerRecord {
    private var deploy: ContainerDeploy
    private let invocation: ActionInvocation
    private let engine: DockerEngine
    private let name: String

    /// What is not the container's own, or is told in another way.
    private static let ownInputs: Set<String> = ["image", "pull", "deployment", "allow-older"]

    /// Waits for the turn. Nil where the job has no place to write deployments down.
    init?(_ inputs: DockerRunInputs, _ engine: DockerEngine, _ invocation: ActionInvocation) throws(ActionFailure) {
        guard invocation.assignment.deployments != nil, invocation.assignment.storage != nil else { return nil }
        self.invocation = invocation
        self.engine = engine
        name = inputs.name
        let job = try invocation.deployingJob()
        let host = Self.host(of: engine.address)
        deploy = try deploying { () throws(DeploymentError) in
            try ContainerDeploy(
                inputs.name, on: host, undoing: inputs.undoes, allowingOlder: inputs.allowsOlder, of: job, log: invocation.log)
        }
    }

    private static func host(of address: EngineAddress) -> String {
        if case .server(let host, _) = address.place, !address.isOnThisHost { return host }
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Says what is about to begin.
    mutating func begin(_ inputs: DockerRunInputs, _ image: ImageDescription) throws(ActionFailure) {
        let (engine, name) = (engine, name)
        let former = try asking { () throws(DockerError) -> String? in
            guard let former = try engine.container(named: name) else { return nil }
            // The name that it was made by: the image may be in other repositories, too.
            let name = ImageReference(former.configuration.image)
            return try engine.image(former.imageID)?.pinned(as: name) ?? former.imageID
        }
        // Whatever may hold a secret is told by its name alone: the step that has it is asked again.
        var recorded: [String: String?] = [:]
        for (name, value) in invocation.inputs where !value.isEmpty && !Self.ownInputs.contains(name) {
            recorded.updateValue(invocation.masked(value) == value ? value : nil, forKey: name)
        }
        let pinned = image.pinned(as: inputs.image)
        let told = Deployment.Image(
            container: name, name: inputs.image.description, digest: ImageReference(pinned)?.digest ?? image.id)
        var deploy = deploy
        try deploying { () throws(DeploymentError) in
            try deploy.begin(image: pinned, after: former, inputs: recorded, images: [told])
        }
        self.deploy = deploy
    }

    func succeed() { write(.succeeded, nil) }

    /// - Parameter former: the container from before.
    func fail(_ error: DockerError, former: String?) {
        let now = try? engine.container(named: name)
        let isBack = former != nil && now?.id == former && now?.state.isRunning == true
        let status: Deployment.Status = isBack ? .rolledBack : error.reason == .interrupted ? .cancelled : .failed
        write(status, invocation.masked("\(error)"), leavesEarlier: isBack)
    }

    private func write(_ status: Deployment.Status, _ reason: String?, leavesEarlier: Bool = false) {
        do throws(DeploymentError) { try deploy.end(status, reason, leavesEarlier: leavesEarlier) } catch {
            invocation.warn("what became of \(name) can't be written down on this host: \(error.message)")
        }
    }
}

extension ImageDescription {
    /// By which the very same image can be had again: from its registry, or by its id from this engine alone.
    ///
    /// - Parameter name: under which it was asked for. Of several repositories that have the image, that one's digest is taken; another's
    ///   only where that has none.
    func pinned(as name: ImageReference?) -> String {
        let references = (digests ?? []).compactMap { ImageReference($0) }
        return (references.first { $0.familiarName == name?.familiarName } ?? references.first)?.description ?? id
    }
}

extension ImageReference {
    /// The name as the engine shows it, without what is Docker's default.
    fileprivate var familiarName: Substring {
        var name = name[...]
        for prefix in ["docker.io/", "index.docker.io/"] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
        let isDefault = registry == "docker.io" || registry == "index.docker.io"
        return isDefault && name.hasPrefix("library/") ? name.dropFirst("library/".count) : name
    }
}
