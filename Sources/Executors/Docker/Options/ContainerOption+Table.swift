internal import Docker
internal import Execution

extension ContainerOption {
    /// Every option that is known, by each of its names.
    static let all: [String: ContainerOption] = {
        let options = identity + resources + health + networking + privileges + files + idle
        return Dictionary(
            options.flatMap { option in option.names.map { ($0, option) } }, uniquingKeysWith: { first, _ in first })
    }()

    private static let identity: [ContainerOption] = [
        .value("--user", "-u") { draft, text in draft.definition.user = text },
        .value("--workdir", "-w") { draft, text in draft.definition.workingDirectory = text },
        .value("--hostname", "-h") { draft, text in draft.definition.hostName = text },
        .value("--domainname") { draft, text in draft.definition.domainName = text },
        .value("--env", "-e") { draft, text in
            // A name alone would take the value from the daemon's environment, which is not the job's.
            draft.definition.environment.append(text.contains("=") ? text : "\(text)=")
        },
        .value("--entrypoint") { draft, text throws(ExecutionError) in
            guard draft.role != .job else {
                throw draft.failure(
                    "the option --entrypoint is not supported: the steps run in it, whatever the image would start")
            }
            draft.definition.entrypoint = text.isEmpty ? [] : [text]
        },
        .value("--label", "-l") { draft, text throws(ExecutionError) in
            let (name, value) = OptionValue.pair(text, at: "=")
            guard !name.hasPrefix("slipway.") else {
                throw draft.failure("labels that start with \"slipway.\" are Slipway's own")
            }
            draft.definition.labels[name] = value ?? ""
        },
        .value("--name") { draft, text in
            // Names are the engine's, one for all its jobs: this one is a name in the job's network.
            draft.aliases.append(text)
            draft.notes.append("--name \(text) is taken as a name in the job's network: other jobs may use the same")
        },
        .value("--stop-signal") { draft, text in draft.definition.stopSignal = text },
        .value("--stop-timeout") { draft, text throws(ExecutionError) in
            guard let seconds = Int(text) else { throw draft.failure("--stop-timeout is a number of seconds, found \"\(text)\"") }
            draft.definition.stopTimeout = seconds
        },
        .list("--group-add", to: \.groups),
    ]

    private static let resources: [ContainerOption] = [
        .value("--cpus") { draft, text throws(ExecutionError) in
            guard let count = Double(text), count > 0, count < 1e6 else {
                throw draft.failure("--cpus is a number of processors such as 1.5, found \"\(text)\"")
            }
            draft.definition.host.nanoCPUs = Int64(count * 1e9)
        },
        .number("--cpu-shares", "-c", to: \.cpuShares),
        .number("--cpu-period", to: \.cpuPeriod),
        .number("--cpu-quota", to: \.cpuQuota),
        .text("--cpuset-cpus", to: \.cpuSet),
        .text("--cpuset-mems", to: \.memoryNodes),
        .size("--memory", "-m", to: \.memory),
        .size("--memory-reservation", to: \.memoryReservation),
        .size("--memory-swap", to: \.memorySwap),
        .size("--shm-size", to: \.sharedMemory),
        .number("--pids-limit", to: \.processLimit),
        .value("--ulimit") { draft, text throws(ExecutionError) in
            let (name, bounds) = OptionValue.pair(text, at: "=")
            let (soft, hard) = OptionValue.pair(bounds ?? "", at: ":")
            guard let soft = Int64(soft), let hard = Int64(hard ?? "\(soft)") else {
                throw draft.failure("--ulimit is name=soft or name=soft:hard, found \"\(text)\"")
            }
            draft.definition.host.limits = (draft.definition.host.limits ?? []) + [.init(name: name, soft: soft, hard: hard)]
        },
        .value("--gpus") { draft, text throws(ExecutionError) in
            guard let request = GPURequest(text)?.request else {
                throw draft.failure("--gpus is all, a number, or device=…, found \"\(text)\"")
            }
            // Other drivers, and devices with other names than numbers and UUIDs, bring whatever a file of this host says.
            if !GPURequest.isOfGPUsAlone(request) { try draft.demandPrivilege("--gpus \(text)") }
            draft.definition.host.deviceRequests = (draft.definition.host.deviceRequests ?? []) + [request]
        },
        .value("--oom-score-adj") { draft, text throws(ExecutionError) in
            guard let score = Int(text) else { throw draft.failure("--oom-score-adj is a number, found \"\(text)\"") }
            // Below 0, the kernel ends others first.
            if score < 0 { try draft.demandPrivilege("--oom-score-adj \(score)") }
            draft.definition.host.outOfMemoryScore = score
        },
    ]

    private static let health: [ContainerOption] = [
        .value("--health-cmd") { draft, text in draft.editHealthCheck { $0.test = ["CMD-SHELL", text] } },
        .period("--health-interval", to: \.interval),
        .period("--health-timeout", to: \.timeout),
        .period("--health-start-period", to: \.startPeriod),
        .value("--health-retries") { draft, text throws(ExecutionError) in
            guard let count = Int(text), count >= 0 else {
                throw draft.failure("--health-retries is a number, found \"\(text)\"")
            }
            draft.editHealthCheck { $0.retries = count }
        },
        .flag("--no-healthcheck") { draft, isOn in if isOn { draft.editHealthCheck { $0.test = ["NONE"] } } },
    ]

    private static let networking: [ContainerOption] = [
        .refused("--network", "--net", because: "the containers of a job are in a network of their own"),
        .value("--network-alias", "--net-alias") { draft, text in draft.aliases.append(text) },
        .value("--publish", "-p") { draft, text throws(ExecutionError) in try draft.publish(text) },
        .refused("--publish-all", "-P", isFlag: true, because: "list the ports under \"ports\""),
        .value("--expose") { draft, text in draft.definition.exposedPorts.insert(text.contains("/") ? text : "\(text)/tcp") },
        .list("--add-host", to: \.extraHosts),
        .list("--dns", to: \.dns),
        .list("--dns-option", "--dns-opt", to: \.dnsOptions),
        .list("--dns-search", to: \.dnsSearch),
    ]

    private static let files: [ContainerOption] = [
        .value("--volume", "-v") { draft, text throws(ExecutionError) in try draft.mount(text) },
        .refused("--mount", because: "use --volume or --tmpfs"),
        .refused("--volumes-from", because: "use a volume with a name"),
        .refused("--env-file", because: "list the variables under \"env\""),
        .refused("--label-file", because: "use --label"),
        .refused("--cidfile", because: "the id is job.container.id or job.services.<id>.id"),
        .value("--tmpfs") { draft, text in
            let (path, options) = OptionValue.pair(text, at: ":")
            draft.definition.host.temporaryFileSystems = (draft.definition.host.temporaryFileSystems ?? [:])
                .merging([path: options ?? ""]) { $1 }
        },
        .flag("--read-only") { draft, isOn in draft.definition.host.hasReadOnlyRoot = isOn },
        .flag("--init") { draft, isOn in draft.definition.host.hasInit = isOn },
    ]

    /// What decides about the container's life and its terminal is the job's to say.
    private static let idle: [ContainerOption] = [
        .idle("--rm", isFlag: true), .idle("--detach", "-d", isFlag: true), .idle("--interactive", "-i", isFlag: true),
        .idle("--tty", "-t", isFlag: true), .idle("--pull"), .idle("--quiet", "-q", isFlag: true), .idle("--attach", "-a"),
        .refused("--restart", because: "a service that ends is not started again"),
        .refused("--platform", because: "the image of this host's processor is taken"),
        .refused("--log-driver", "--log-opt", because: "Slipway reads the container's log itself"),
    ]
}
