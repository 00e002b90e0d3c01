internal import CProcesses
internal import Glibc

/// The namespaces of a running sandbox, to be joined by the processes that run in it. Holding it doesn't keep the sandbox's
/// processes alive.
public final class SandboxHandle: Sendable {
    /// In the order of `Kind`, nil for those of this process. No dictionary: a worker would build the type for its only use.
    private let descriptors: [OwnedDescriptor?]

    private enum Kind: Int, CaseIterable {
        case mount
        case pid
        case ipc
        case uts
        case network
        case user
        /// The user namespace that owns the mount namespace.
        case owner

        /// Its file in /proc/<pid>/ns.
        var file: String {
            switch self {
            case .mount: "mnt"
            case .pid: "pid"
            case .ipc: "ipc"
            case .uts: "uts"
            case .network: "net"
            case .user, .owner: "user"
            }
        }
    }

    /// Takes the namespaces of a process, leaving out those that this process is in already.
    init(ofProcess pid: Int32) throws(ProcessError) {
        var descriptors: [OwnedDescriptor?] = Array(repeating: nil, count: Kind.allCases.count)
        for kind in Kind.allCases where kind != .owner {
            let descriptor = try OwnedDescriptor.open("/proc/\(pid)/ns/\(kind.file)", O_RDONLY)
            if try !Self.isOwn(descriptor, kind) { descriptors[kind.rawValue] = descriptor }
        }
        if let mount = descriptors[Kind.mount.rawValue] {
            let number = slipway_namespace_owner(mount.number)
            guard number >= 0 else { throw .system("find the sandbox's user namespace", code: errno) }
            let owner = OwnedDescriptor(number)
            if try !Self.isOwn(owner, .user) { descriptors[Kind.owner.rawValue] = owner }
        }
        // Joining the same one twice is an error (setns(2)).
        if let user = descriptors[Kind.user.rawValue], let owner = descriptors[Kind.owner.rawValue],
            try Self.identity(user) == Self.identity(owner)
        {
            descriptors[Kind.user.rawValue] = nil
        }
        self.descriptors = descriptors
    }

    var numbers: slipway_namespaces {
        func number(_ kind: Kind) -> Int32 { descriptors[kind.rawValue]?.number ?? -1 }
        return slipway_namespaces(
            owner: number(.owner), mount: number(.mount), pid: number(.pid), ipc: number(.ipc), uts: number(.uts),
            network: number(.network), user: number(.user))
    }

    private static func isOwn(_ descriptor: OwnedDescriptor, _ kind: Kind) throws(ProcessError) -> Bool {
        let own = try OwnedDescriptor.open("/proc/self/ns/\(kind.file)", O_RDONLY)
        return try identity(own) == identity(descriptor)
    }

    private static func identity(_ descriptor: OwnedDescriptor) throws(ProcessError) -> Identity {
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw .system("look at a namespace", code: errno) }
        return Identity(device: status.st_dev, file: status.st_ino)
    }

    private struct Identity: Equatable {
        let device: dev_t
        let file: ino_t
    }
}
