internal import Docker
internal import Execution

extension ContainerOption {
    /// Options that may open the host to whoever writes the workflow.
    static let privileges: [ContainerOption] = [
        .flag("--privileged") { draft, isOn throws(ExecutionError) in
            if isOn { try draft.demandPrivilege("--privileged") }
            draft.definition.host.isPrivileged = isOn
        },
        .value("--cap-add") { draft, text throws(ExecutionError) in
            if !harmlessCapabilities.contains(capability(text)) { try draft.demandPrivilege("--cap-add \(text)") }
            draft.definition.host.addedCapabilities = (draft.definition.host.addedCapabilities ?? []) + [text]
        },
        .list("--cap-drop", to: \.droppedCapabilities),
        .value("--security-opt") { draft, text throws(ExecutionError) in
            if !["no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"].contains(text) {
                try draft.demandPrivilege("--security-opt \(text)")
            }
            draft.definition.host.securityOptions = (draft.definition.host.securityOptions ?? []) + [text]
        },
        .value("--device") { draft, text throws(ExecutionError) in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard (1...3).contains(parts.count), parts[0].hasPrefix("/") else {
                throw draft.failure("--device is a path, or path:path, found \"\(text)\"")
            }
            if !draft.rules.devices.contains(parts[0]) { try draft.demandPrivilege("--device \(text)") }
            let device = Device(
                source: parts[0], target: parts.count > 1 ? parts[1] : parts[0], permissions: parts.count > 2 ? parts[2] : "rwm")
            draft.definition.host.devices = (draft.definition.host.devices ?? []) + [device]
        },
        .namespace("--ipc", to: \.ipcMode),
        .namespace("--pid", to: \.pidMode),
        .namespace("--uts", to: \.utsMode),
        .namespace("--userns", to: \.userNamespaceMode),
        .refused("--cgroupns", "--cgroup-parent", because: "what the job uses is counted as the job's"),
        .value("--runtime") { draft, text throws(ExecutionError) in
            // Of the runtimes that an engine may have, this one only adds the GPUs that were asked for.
            if text != "nvidia" && text != "runc" { try draft.demandPrivilege("--runtime \(text)") }
            draft.definition.host.runtime = text
        },
        .value("--sysctl") { draft, text in
            // The engine takes only those that are the container's own.
            let (name, value) = OptionValue.pair(text, at: "=")
            draft.definition.host.sysctls = (draft.definition.host.sysctls ?? [:]).merging([name: value ?? ""]) { $1 }
        },
        .refused("--oom-kill-disable", isFlag: true, because: "a job without memory has to end"),
        .refused("--device-cgroup-rule", because: "name each device with --device"),
    ]

    /// What a process can do with these stays inside its own namespaces.
    private static let harmlessCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "IPC_LOCK", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "SYS_NICE", "SYS_PTRACE",
    ]

    private static func capability(_ text: String) -> String {
        let name = text.uppercased()
        return name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
    }

    /// A namespace may be the container's own; any other is the host's or another container's.
    private static func namespace(
        _ name: String, to field: any WritableKeyPath<HostConfiguration, String?> & Sendable
    ) -> ContainerOption {
        .value(name) { draft, text throws(ExecutionError) in
            if !["", "private", "shareable", "none"].contains(text) { try draft.demandPrivilege("\(name) \(text)") }
            draft.definition.host[keyPath: field] = text
        }
    }
}

extension ContainerDraft {
    func demandPrivilege(_ option: String) throws(ExecutionError) {
        try rules.demandPrivilege(for: option, of: role.subject)
    }
}
