internal import Docker
internal import Execution

/// The inputs of `slipway/docker-run`, checked.
struct DockerRunInputs {
    enum Pull: String {
        case always
        case missing
        case never
    }

    let name: String
    let image: ImageReference
    private(set) var definition: ContainerDefinition
    let pull: Pull
    let healthLimit: Double
    let stableSeconds: Double
    let stopSeconds: Int
    /// The deployment that this one undoes.
    let undoes: Int64?
    /// Whether a commit that is older than the one of the container there may take its place.
    let allowsOlder: Bool

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let text = invocation.input("image"), let image = ImageReference(text) else {
            throw ActionFailure("the input \"image\" has to be the name of an image, such as registry/name:tag")
        }
        guard let name = invocation.input("name"), Self.isName(name) else {
            throw ActionFailure("the input \"name\" has to be a container's name: letters, digits, \"_\", \".\" and \"-\"")
        }
        guard let pull = Pull(rawValue: invocation.input("pull") ?? "always") else {
            throw ActionFailure("the input \"pull\" must be always, missing or never")
        }
        self.name = name
        self.image = image
        self.pull = pull
        healthLimit = Double(try invocation.number("health-seconds", in: 1...3600) ?? 120)
        stableSeconds = Double(try invocation.number("stable-seconds", in: 0...3600) ?? 5)
        stopSeconds = try invocation.number("stop-seconds", in: 0...3600) ?? 10
        undoes = try invocation.number("deployment", in: 1...Int.max).map { Int64($0) }
        allowsOlder = try invocation.flag("allow-older")
        definition = ContainerDefinition(image: image.description)
        try readProcess(invocation)
        try readPlace(invocation)
        try readLimits(invocation)
        try readHealth(invocation)
    }

    private static func isName(_ text: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard let first = text.utf8.first, isPlain(first) else { return false }
        return text.utf8.count <= 100 && text.utf8.allSatisfy { isPlain($0) || "_.-".utf8.contains($0) }
    }

    private mutating func readProcess(_ invocation: ActionInvocation) throws(ActionFailure) {
        for line in invocation.lines("env") {
            // A name alone takes its value from the step, so that a secret need not stand in the list.
            if line.contains("=") {
                definition.environment.append(line)
            } else if let value = invocation.commandEnvironment[line] {
                definition.environment.append("\(line)=\(value)")
            } else {
                throw ActionFailure("the input \"env\" names \(line), which is not set in the step's env")
            }
        }
        let command = invocation.lines("command")
        if !command.isEmpty { definition.command = command }
        if let entrypoint = invocation.input("entrypoint") { definition.entrypoint = [entrypoint] }
        definition.user = invocation.input("user")
        definition.workingDirectory = invocation.input("workdir")
        for line in invocation.lines("labels") {
            guard let pair = InputList.pair(line) else {
                throw ActionFailure("the input \"labels\" holds lines such as name=value, found \"\(line)\"")
            }
            definition.labels[pair.name] = pair.value
        }
    }

    private mutating func readPlace(_ invocation: ActionInvocation) throws(ActionFailure) {
        for line in invocation.lines("ports") {
            guard let bindings = PortText.bindings(line) else {
                throw ActionFailure("the input \"ports\" has \"\(line)\": write host:container, such as 8000:8000")
            }
            definition.host.portBindings.merge(bindings) { $0 + $1 }
        }
        for line in invocation.lines("volumes") {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard (2...3).contains(parts.count), !parts[0].isEmpty, parts[1].hasPrefix("/"),
                parts.count == 2 || ["ro", "rw"].contains(parts[2])
            else {
                throw ActionFailure("the input \"volumes\" has \"\(line)\": write source:/path or source:/path:ro")
            }
            let kind = parts[0].hasPrefix("/") ? Mount.Kind.bind : .volume
            definition.host.mounts.append(Mount(kind, parts[0], at: parts[1], isReadOnly: parts.count == 3 && parts[2] == "ro"))
        }
        definition.host.networkMode = invocation.input("network")
        definition.host.ipcMode = invocation.input("ipc")
        definition.host.extraHosts = invocation.lines("add-hosts").isEmpty ? nil : invocation.lines("add-hosts")
        guard let policy = RestartPolicy(invocation.input("restart") ?? "unless-stopped") else {
            throw ActionFailure("the input \"restart\" must be no, always, unless-stopped or on-failure[:times]")
        }
        definition.host.restartPolicy = policy
    }

    private mutating func readLimits(_ invocation: ActionInvocation) throws(ActionFailure) {
        if let text = invocation.input("memory") {
            guard let bytes = OptionValue.bytes(text), bytes > 0 else {
                throw ActionFailure("the input \"memory\" must be a size such as 512m, found \"\(text)\"")
            }
            definition.host.memory = bytes
        }
        if let text = invocation.input("shm-size") {
            guard let bytes = OptionValue.bytes(text), bytes > 0 else {
                throw ActionFailure("the input \"shm-size\" must be a size such as 64m, found \"\(text)\"")
            }
            definition.host.sharedMemory = bytes
        }
        if let text = invocation.input("cpus") {
            guard let count = Double(text), count > 0, count < 1e6 else {
                throw ActionFailure("the input \"cpus\" must be a number of processors such as 1.5, found \"\(text)\"")
            }
            definition.host.nanoCPUs = Int64(count * 1e9)
        }
        if let text = invocation.input("gpus") {
            guard let request = GPURequest(text)?.request else {
                throw ActionFailure("the input \"gpus\" must be all, a number, or device=…, found \"\(text)\"")
            }
            definition.host.deviceRequests = [request]
        }
    }

    private mutating func readHealth(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let command = invocation.input("health-cmd") else { return }
        var check = HealthCheck()
        check.test = command == "none" ? ["NONE"] : ["CMD-SHELL", command]
        check.interval = try Self.period("health-interval", invocation) ?? 2_000_000_000
        check.timeout = try Self.period("health-timeout", invocation) ?? 5_000_000_000
        check.startPeriod = try Self.period("health-start-period", invocation) ?? 0
        check.retries = try invocation.number("health-retries", in: 1...1000) ?? 15
        definition.healthCheck = check
    }

    private static func period(_ name: String, _ invocation: ActionInvocation) throws(ActionFailure) -> Int64? {
        guard let text = invocation.input(name) else { return nil }
        guard let period = OptionValue.nanoseconds(text) else {
            throw ActionFailure("the input \"\(name)\" must be a time such as 10s, found \"\(text)\"")
        }
        return period
    }
}

extension ContainerDefinition {
    /// Whether the image's health check is not to be used either.
    var healthCheckIsOff: Bool { healthCheck?.test == ["NONE"] }
}

extension ImageDescription {
    /// The digest under which a registry has it; empty where none does.
    func digest(of name: ImageReference) -> String {
        let digests = (digests ?? []).compactMap(ImageReference.init)
        return digests.first { $0.name == name.name }?.digest ?? digests.first?.digest ?? ""
    }
}
