internal import CProcesses
internal import Glibc
internal import Synchronization

extension SpawnedProcess {
    /// Starts a process and returns once its program runs, so a missing program or folder is thrown here and not an exit code.
    public static func start(_ specification: ProcessSpecification) throws(ProcessError) -> SpawnedProcess {
        try specification.refuseZeroBytes()
        var result = slipway_spawn_result()
        let started = specification.withRequest { request in
            Children.unreaped.withLock { children in
                guard slipway_spawn(&request, &result) == 0 else { return false }
                children.append(result.pid)
                return true
            }
        }
        guard started else { throw specification.failure(at: result.step, code: result.error) }
        return SpawnedProcess(pid: result.pid, pidfd: OwnedDescriptor(result.pidfd))
    }
}

extension ProcessSpecification {
    /// C ends a string at a zero byte, so one inside would be cut in silence.
    fileprivate func refuseZeroBytes() throws(ProcessError) {
        let strings = [executable, workingDirectory ?? ""] + arguments + environment.flatMap { [$0.name, $0.value] }
        guard !strings.contains(where: { $0.utf8.contains(0) }) else {
            throw ProcessError(
                kind: .system, operation: "start '\(executable)'",
                reason: "an argument, a variable or the folder contains a zero byte",
                remedy: "remove it; Linux can't pass one to a program", code: EINVAL)
        }
    }

    /// The C form of the specification, alive during `body`.
    fileprivate func withRequest<Result>(_ body: (inout slipway_spawn_request) -> Result) -> Result {
        let arguments = CStrings([executable] + self.arguments)
        let environment = CStrings(self.environment.map { "\($0.name)=\($0.value)" })
        let names = CStrings([executable, searchPath] + [workingDirectory].compactMap { $0 })
        let limits = self.limits.map { slipway_limit(resource: $0.resource.number, soft: $0.soft, hard: $0.hard) }
        var request = slipway_spawn_request()
        request.executable = UnsafePointer(names.pointers[0])
        request.search_path = UnsafePointer(names.pointers[1])
        request.directory = workingDirectory == nil ? nil : UnsafePointer(names.pointers[2])
        request.arguments = UnsafePointer(arguments.pointers)
        request.environment = UnsafePointer(environment.pointers)
        request.standard = (standardInput.number, output.number, (errors ?? output).number)
        fill(&request)
        return withExtendedLifetime((arguments, environment, names, self)) {
            limits.withUnsafeBufferPointer { limits in
                inheritedDescriptors.withUnsafeBufferPointer { inherited in
                    request.limits = limits.baseAddress
                    request.limit_count = limits.count
                    request.inherited = inherited.baseAddress
                    request.inherited_count = inherited.count
                    return withIdentity(&request) { request in withNamespaces(&request, body) }
                }
            }
        }
    }

    private func fill(_ request: inout slipway_spawn_request) {
        request.new_session = newSession ? 1 : 0
        request.controlling_terminal = controlsTerminal ? 1 : 0
        request.no_new_privileges = noNewPrivileges ? 1 : 0
        request.drop_capabilities = dropsCapabilities || namespaces != nil ? 1 : 0
        request.death_signal = deathSignal ?? 0
        request.cgroup = cgroup?.processList ?? -1
        request.oom_score_adjustment = outOfMemoryScore.map { Int32($0) } ?? Int32.max
        request.creation_mask = fileCreationMask.map { Int32($0) } ?? -1
    }

    private func withIdentity<Result>(
        _ request: inout slipway_spawn_request, _ body: (inout slipway_spawn_request) -> Result
    ) -> Result {
        guard let identity else { return body(&request) }
        return identity.supplementaryGroups.withUnsafeBufferPointer { groups in
            var numbers = slipway_identity(
                user: identity.userID, group: identity.groupID, groups: groups.baseAddress, group_count: groups.count)
            return withUnsafePointer(to: &numbers) { pointer in
                request.identity = pointer
                return body(&request)
            }
        }
    }

    private func withNamespaces<Result>(
        _ request: inout slipway_spawn_request, _ body: (inout slipway_spawn_request) -> Result
    ) -> Result {
        guard let namespaces else { return body(&request) }
        var numbers = namespaces.numbers
        return withUnsafePointer(to: &numbers) { pointer in
            request.namespaces = pointer
            return body(&request)
        }
    }
}

extension ProcessStream {
    fileprivate var number: Int32 {
        switch self {
        case .null: -1
        case .descriptor(let number): number
        }
    }
}

extension ResourceLimit.Resource {
    fileprivate var number: Int32 {
        switch self {
        case .coreFile: Int32(RLIMIT_CORE.rawValue)
        case .processorTime: Int32(RLIMIT_CPU.rawValue)
        case .fileSize: Int32(RLIMIT_FSIZE.rawValue)
        case .openFiles: Int32(RLIMIT_NOFILE.rawValue)
        case .processes: 6  // RLIMIT_NPROC, which the C library's headers hide from Swift
        case .addressSpace: Int32(RLIMIT_AS.rawValue)
        }
    }
}

/// Strings as C wants them: an array of pointers, ended by a null pointer.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { (pointers + index).initialize(to: strdup(string)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
