internal import Docker
internal import Execution

/// What a container is for; it decides which options make sense.
enum ContainerRole: Equatable {
    /// The steps run in it.
    case job
    /// Named by its id.
    case service(String)

    /// As the workflow file names it.
    var subject: String {
        switch self {
        case .job: "container"
        case .service(let id): "services.\(id)"
        }
    }
}

/// A container of a workflow on its way to the engine: the specification's parts, and its options, applied one after the other.
struct ContainerDraft {
    let role: ContainerRole
    let rules: ContainerRules
    var definition: ContainerDefinition
    /// Names that it has in the job's network.
    var aliases: [String] = []
    /// Volumes to be made for it.
    var volumes: [String] = []
    /// What the job's log should say.
    var notes: [String] = []

    /// - Throws: `ExecutionError` for what can't be understood, or may not be asked for.
    init(_ specification: ContainerSpecification, role: ContainerRole, rules: ContainerRules) throws(ExecutionError) {
        self.role = role
        self.rules = rules
        definition = ContainerDefinition(image: specification.image)
        for text in specification.ports { try publish(text) }
        for text in specification.volumes { try mount(text) }
        try apply(specification.options)
        // As on GitHub, `env` is over an `--env` of the options.
        let own = Set(specification.environment.keys)
        definition.environment.removeAll { own.contains(OptionValue.pair($0, at: "=").0) }
        definition.environment += specification.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if let entrypoint = specification.entrypoint { definition.entrypoint = [entrypoint] }
        if !specification.command.isEmpty { definition.command = specification.command }
    }

    static let address = "127.0.0.1"

    mutating func publish(_ text: String) throws(ExecutionError) {
        // A job's services are for the job: nobody else reaches them, whatever the text says.
        guard let bindings = PortText.bindings(text, only: Self.address) else {
            throw failure("\"\(text)\" is no port: write the container's port, or host:container, such as 5432:5432")
        }
        definition.host.portBindings.merge(bindings) { $0 + $1 }
    }

    mutating func mount(_ text: String) throws(ExecutionError) {
        let (mount, volume) = try rules.mount(text, of: role.subject)
        definition.host.mounts.append(mount)
        if let volume, !volumes.contains(volume) { volumes.append(volume) }
    }

    func failure(_ message: String) -> ExecutionError { ExecutionError("\(role.subject): \(message)") }
}
