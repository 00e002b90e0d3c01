internal import CProcesses
internal import Glibc

/// The namespaces of a running sandbox, to be joined by the processes that run in it. Holding it doesn't keep the sandbox's
/// processes alive.
public final class SandboxHandle: Sendable {
    private let descriptors: [Kind: OwnedDescriptor]

    enum Kind: String, CaseIterable {
        case mount = "mnt"
        case pid
        case ipc
        case uts
        case network = "net"
        case user
        /// The user namespace that owns the mount namespace.
        case owner
    }

    /// Takes the namespaces of a process, leaving out those that this process is in already.
    init(ofProcess pid: Int32) throws(ProcessError) {
        var descriptors: [Kind: OwnedDescriptor] = [:]
        for kind in Kind.allCases where kind != .owner {
            let descriptor = try OwnedDescriptor.open("/proc/\(pid)/ns/\(kind.rawValue)", O_RDONLY)
            if try !Self.isOwn(descriptor, kind) { descriptors[kind] = descriptor }
        }
        if let mount = descriptors[.mount] {
            let number = slipway_namespace_owner(mount.number)
            guard number >= 0 else { throw .system("find the sandbox's user namespace", code: errno) }
            let owner = OwnedDescriptor(number)
            if try !Self.isOwn(owner, .user) { descriptors[.owner] = owner }
        }
        // Joining the same one twice is an error (setns(2)).
        if let user = descriptors[.user], let owner = descriptors[.owner], try Self.identity(user) == Self.identity(owner) {
            descriptors[.user] = nil
        }
        self.descriptors = descriptors
    }

    var numbers: slipway_namespaces {
        func number(_ kind: Kind) -> Int32 { descriptors[kind]?.number ?? -1 }
        return slipway_namespaces(
            owner: number(.owner), mount: number(.mount), pid: number(.pid), ipc: number(.ipc), uts: number(.uts),
            network: number(.network), user: number(.user))
    }

    private static func isOwn(_ descriptor: OwnedDescriptor, _ kind: Kind) throws(ProcessError) -> Bool {
        let own = try OwnedDescriptor.open("/proc/self/ns/\(kind.rawValue)", O_RDONLY)
        return try identity(own) == identity(descriptor)
    }

    private static func identity(_ descriptor: OwnedDescriptor) throws(ProcessError) -> [UInt64] {
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw .system("look at a namespace", code: errno) }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
