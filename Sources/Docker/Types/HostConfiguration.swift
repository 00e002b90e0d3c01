/// What a container gets of its host. Names and meaning are those of `HostConfig` in the Docker Engine's API; nil leaves the
/// engine's default.
public struct HostConfiguration: Encodable, Equatable, Sendable {
    public var mounts: [Mount] = []
    /// `host`, `none`, the name of a network, `container:ID`.
    public var networkMode: String?
    /// By the port in the container: `80/tcp`.
    public var portBindings: [String: [PortBinding]] = [:]
    /// `name:address`
    public var extraHosts: [String]?
    public var dns: [String]?
    public var dnsOptions: [String]?
    public var dnsSearch: [String]?
    public var addedCapabilities: [String]?
    public var droppedCapabilities: [String]?
    public var groups: [String]?
    public var ipcMode: String?
    public var pidMode: String?
    public var utsMode: String?
    public var userNamespaceMode: String?
    public var isPrivileged: Bool?
    public var hasReadOnlyRoot: Bool?
    public var securityOptions: [String]?
    /// Options by the path that is held in memory.
    public var temporaryFileSystems: [String: String]?
    /// Bytes.
    public var sharedMemory: Int64?
    public var sysctls: [String: String]?
    public var runtime: String?
    /// Bytes.
    public var memory: Int64?
    public var memoryReservation: Int64?
    /// Memory and swap together; -1: no limit.
    public var memorySwap: Int64?
    /// Thousandths of a millionth of a processor.
    public var nanoCPUs: Int64?
    public var cpuShares: Int64?
    public var cpuPeriod: Int64?
    public var cpuQuota: Int64?
    public var cpuSet: String?
    public var memoryNodes: String?
    public var processLimit: Int64?
    public var limits: [ProcessLimit]?
    public var devices: [Device]?
    public var deviceRequests: [DeviceRequest]?
    public var outOfMemoryScore: Int?
    /// Whether an init of the engine's own reaps orphans.
    public var hasInit: Bool?
    public var log: LogConfiguration?
    /// Nil: it is not started again.
    public var restartPolicy: RestartPolicy?

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case mounts = "Mounts"
        case networkMode = "NetworkMode"
        case portBindings = "PortBindings"
        case extraHosts = "ExtraHosts"
        case dns = "Dns"
        case dnsOptions = "DnsOptions"
        case dnsSearch = "DnsSearch"
        case addedCapabilities = "CapAdd"
        case droppedCapabilities = "CapDrop"
        case groups = "GroupAdd"
        case ipcMode = "IpcMode"
        case pidMode = "PidMode"
        case utsMode = "UTSMode"
        case userNamespaceMode = "UsernsMode"
        case isPrivileged = "Privileged"
        case hasReadOnlyRoot = "ReadonlyRootfs"
        case securityOptions = "SecurityOpt"
        case temporaryFileSystems = "Tmpfs"
        case sharedMemory = "ShmSize"
        case sysctls = "Sysctls"
        case runtime = "Runtime"
        case memory = "Memory"
        case memoryReservation = "MemoryReservation"
        case memorySwap = "MemorySwap"
        case nanoCPUs = "NanoCpus"
        case cpuShares = "CpuShares"
        case cpuPeriod = "CpuPeriod"
        case cpuQuota = "CpuQuota"
        case cpuSet = "CpusetCpus"
        case memoryNodes = "CpusetMems"
        case processLimit = "PidsLimit"
        case limits = "Ulimits"
        case devices = "Devices"
        case deviceRequests = "DeviceRequests"
        case outOfMemoryScore = "OomScoreAdj"
        case hasInit = "Init"
        case log = "LogConfig"
        case restartPolicy = "RestartPolicy"
    }
}

/// Something that appears at a path of the container.
public struct Mount: Encodable, Equatable, Sendable {
    public enum Kind: String, Encodable, Sendable {
        /// A file or folder of the engine's host; it has to be there.
        case bind
        /// A volume of the engine; one without a name is made, and removed with the container.
        case volume
    }

    public var kind: Kind
    public var source: String
    public var target: String
    public var isReadOnly: Bool

    public init(_ kind: Kind = .bind, _ source: String, at target: String, isReadOnly: Bool = false) {
        self.kind = kind
        self.source = source
        self.target = target
        self.isReadOnly = isReadOnly
    }

    private enum CodingKeys: String, CodingKey {
        case kind = "Type"
        case source = "Source"
        case target = "Target"
        case isReadOnly = "ReadOnly"
    }
}

/// Where on the host a port of a container is reached.
public struct PortBinding: Codable, Equatable, Sendable {
    /// Empty: every address.
    public var address: String
    /// A number, or a range; empty: one that is free.
    public var port: String

    public init(address: String, port: String) {
        self.address = address
        self.port = port
    }

    private enum CodingKeys: String, CodingKey {
        case address = "HostIp"
        case port = "HostPort"
    }
}

public struct ProcessLimit: Encodable, Equatable, Sendable {
    /// As in `ulimit`'s manual: `nofile`.
    public var name: String
    public var soft: Int64
    public var hard: Int64

    public init(name: String, soft: Int64, hard: Int64) {
        self.name = name
        self.soft = soft
        self.hard = hard
    }

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case soft = "Soft"
        case hard = "Hard"
    }
}

public struct Device: Encodable, Equatable, Sendable {
    public var source: String
    public var target: String
    /// Of `r`, `w` and `m`.
    public var permissions: String

    public init(source: String, target: String, permissions: String) {
        self.source = source
        self.target = target
        self.permissions = permissions
    }

    private enum CodingKeys: String, CodingKey {
        case source = "PathOnHost"
        case target = "PathInContainer"
        case permissions = "CgroupPermissions"
    }
}

/// Devices that a driver of the engine chooses: GPUs.
public struct DeviceRequest: Encodable, Equatable, Sendable {
    public var driver = ""
    /// -1: all of them.
    public var count = 0
    public var identifiers: [String] = []
    /// One of these lists has to be met.
    public var capabilities: [[String]] = []
    public var options: [String: String] = [:]

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case driver = "Driver"
        case count = "Count"
        case identifiers = "DeviceIDs"
        case capabilities = "Capabilities"
        case options = "Options"
    }
}
