internal import Glibc

extension SandboxPolicy {
    /// The arguments of bwrap(1), whose operations happen in their order: what comes later lies over what came before.
    var bubblewrapArguments: [String] {
        namespaceArguments + systemArguments + ownFolderArguments + bindingArguments
            // What would be written into the bare root is lost with the sandbox, so that is refused.
            + ["--remount-ro", "/"]
    }

    private var namespaceArguments: [String] {
        var arguments = ["--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        if separatesUsers { arguments.append("--unshare-user-try") }
        if !sharesNetwork { arguments.append("--unshare-net") }
        if let hostName { arguments += ["--hostname", hostName] }
        if separatesUsers, let apparentUser {
            arguments += ["--uid", "\(apparentUser.userID)", "--gid", "\(apparentUser.groupID)"]
        }
        return arguments
    }

    /// A merged `/usr` is shown as on the host: links stay links.
    private var systemArguments: [String] {
        Self.systemFolders.flatMap { folder -> [String] in
            if let target = KernelFile.linkTarget(folder) { return ["--symlink", target, folder] }
            return KernelFile.isFolder(folder) ? ["--ro-bind", folder, folder] : []
        }
    }

    private var ownFolderArguments: [String] {
        var arguments = ["--proc", "/proc"] + kernelSettingArguments + ["--dev", "/dev", "--tmpfs", "/run"]
        if let temporaryFolder {
            arguments += ["--bind", temporaryFolder, "/tmp"]
        } else {
            arguments += ["--perms", "1777", "--tmpfs", "/tmp"]
        }
        arguments += ["--perms", "0755", "--dir", "/var", "--symlink", "../tmp", "/var/tmp", "--symlink", "../run", "/var/run"]
        return arguments + nameServerArguments
    }

    /// Root may write the kernel's settings by their owner alone, without any capability, and they are the host's. bwrap covers
    /// only folders that are writable themselves.
    private var kernelSettingArguments: [String] {
        guard geteuid() == 0 else { return [] }
        return ["sys", "sysrq-trigger", "fs", "acpi", "scsi"].map { "/proc/" + $0 }.filter(KernelFile.exists)
            .flatMap { ["--ro-bind", $0, $0] }
    }

    /// Where `/etc/resolv.conf` is a link out of `/etc`, the folder it leads to is shown: that file is replaced by a new one
    /// now and then, which a view of the file itself would miss.
    private var nameServerArguments: [String] {
        guard KernelFile.linkTarget("/etc/resolv.conf") != nil, let target = KernelFile.realPath("/etc/resolv.conf"),
            let slash = target.lastIndex(of: "/"), slash != target.startIndex
        else { return [] }
        let folder = String(target[..<slash])
        guard !Self.systemFolders.contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }), folder != "/run"
        else { return folder == "/run" ? ["--ro-bind-try", target, target] : [] }
        return ["--ro-bind-try", folder, folder]
    }

    private var bindingArguments: [String] {
        let masks = masks
        var arguments = readable.flatMap { ["--ro-bind", $0.source, $0.destination] }
        arguments += devices.flatMap { ["--dev-bind", $0, $0] }
        // Writable paths come twice: under a mask they are gone, inside a mask they have to appear again.
        arguments += writable.flatMap { ["--bind", $0.source, $0.destination] }
        arguments += masks.flatMap { mask in
            mask.isFolder ? ["--tmpfs", mask.path] : ["--ro-bind", "/dev/null", mask.path]
        }
        arguments += writable.filter { binding in masks.contains { binding.destination.hasPrefix($0.path + "/") } }
            .flatMap { ["--bind", $0.source, $0.destination] }
        arguments += masks.filter(\.isFolder).flatMap { ["--remount-ro", $0.path] }
        return arguments
    }

    private var masks: [(path: String, isFolder: Bool)] {
        let paths = hidden + (geteuid() == 0 ? Self.rootOnlyPaths : [])
        let shown = Self.systemFolders.filter { KernelFile.linkTarget($0) == nil } + (readable + writable).map(\.destination)
        return paths.filter { path in
            // What isn't shown needs no mask, and masking it would show its name.
            KernelFile.exists(path) && shown.contains { path == $0 || path.hasPrefix($0 + "/") || $0 == "/" }
        }
        .map { ($0, KernelFile.isFolder($0)) }
    }
}
