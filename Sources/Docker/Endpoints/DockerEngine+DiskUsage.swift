/// What takes the room of a Docker Engine, in bytes.
public struct EngineDiskUsage: Equatable, Sendable {
    public struct Part: Equatable, Sendable {
        public var size: Int64
        /// What is in no use, so that pruning would free it.
        public var reclaimable: Int64
    }

    public var images: Part
    public var containers: Part
    public var volumes: Part
    public var buildCache: Part
}

/// A container, in a word.
public struct ContainerOverview: Equatable, Sendable {
    public var name: String
    public var image: String
    /// `Up 2 hours`, `Exited (1) 3 days ago`
    public var status: String
    /// Ports of this host that lead to it.
    public var publishedPorts: [Int]
}

extension DockerEngine {
    /// What the engine's images, containers, volumes and build caches take. The engine counts files for it, which may take long.
    public func diskUsage(patience: Patience) throws(DockerError) -> EngineDiskUsage {
        let answer: UsageAnswer = try value(
            of: EngineRequest("GET", "/system/df", to: "ask what takes space"), patience: patience)
        return answer.usage
    }

    /// The folder in which the engine keeps its data, on its own host.
    public func dataFolder(patience: Patience) throws(DockerError) -> String {
        struct Info: Decodable {
            var folder: String
            enum CodingKeys: String, CodingKey { case folder = "DockerRootDir" }
        }
        let info: Info = try value(of: EngineRequest("GET", "/info", to: "ask where its data is"), patience: patience)
        return info.folder
    }

    public func runningContainers(patience: Patience) throws(DockerError) -> [ContainerOverview] {
        try overview(EngineRequest("GET", "/containers/json", to: "list the containers"), patience)
    }

    /// With those that have ended.
    public func allContainers(patience: Patience) throws(DockerError) -> [ContainerOverview] {
        try overview(EngineRequest("GET", "/containers/json", to: "list the containers").asking("all", "true"), patience)
    }

    private func overview(_ request: EngineRequest, _ patience: Patience) throws(DockerError) -> [ContainerOverview] {
        let rows: [ContainerRow] = try value(of: request, patience: patience)
        return rows.map { row in
            let name = row.names?.first ?? ""
            return ContainerOverview(
                name: name.hasPrefix("/") ? String(name.dropFirst()) : name, image: row.image ?? "", status: row.status ?? "",
                publishedPorts: (row.ports ?? []).compactMap(\.publicPort))
        }
    }
}

private struct ContainerRow: Decodable {
    struct Port: Decodable {
        var publicPort: Int?
        enum CodingKeys: String, CodingKey { case publicPort = "PublicPort" }
    }

    var names: [String]?
    var image: String?
    var status: String?
    var ports: [Port]?

    enum CodingKeys: String, CodingKey {
        case names = "Names"
        case image = "Image"
        case status = "Status"
        case ports = "Ports"
    }
}

private struct UsageAnswer: Decodable {
    struct Image: Decodable {
        var size: Int64
        var sharedSize: Int64?
        var containers: Int?

        enum CodingKeys: String, CodingKey {
            case size = "Size"
            case sharedSize = "SharedSize"
            case containers = "Containers"
        }
    }

    struct Container: Decodable {
        var size: Int64?
        var state: String?

        enum CodingKeys: String, CodingKey {
            case size = "SizeRw"
            case state = "State"
        }
    }

    struct Volume: Decodable {
        struct Usage: Decodable {
            var size: Int64
            var references: Int

            enum CodingKeys: String, CodingKey {
                case size = "Size"
                case references = "RefCount"
            }
        }

        var usage: Usage?
        enum CodingKeys: String, CodingKey { case usage = "UsageData" }
    }

    struct Cache: Decodable {
        var size: Int64
        var isInUse: Bool
        var isShared: Bool

        enum CodingKeys: String, CodingKey {
            case size = "Size"
            case isInUse = "InUse"
            case isShared = "Shared"
        }
    }

    var layers: Int64?
    var images: [Image]?
    var containers: [Container]?
    var volumes: [Volume]?
    var caches: [Cache]?

    enum CodingKeys: String, CodingKey {
        case layers = "LayersSize"
        case images = "Images"
        case containers = "Containers"
        case volumes = "Volumes"
        case caches = "BuildCache"
    }

    var usage: EngineDiskUsage {
        let layers = self.layers ?? 0
        // What images share is counted as free to go, as Docker's own client does: the last of them takes it along.
        let used = (images ?? []).filter { ($0.containers ?? 0) > 0 }.reduce(0) { $0 + $1.size - max($1.sharedSize ?? 0, 0) }
        let containers = self.containers ?? []
        let volumes = (self.volumes ?? []).compactMap(\.usage)
        let caches = (self.caches ?? []).filter { !$0.isShared }
        func sum(_ sizes: [Int64]) -> Int64 { sizes.reduce(0) { $0 + max($1, 0) } }
        return EngineDiskUsage(
            images: .init(size: layers, reclaimable: max(layers - used, 0)),
            containers: .init(
                size: sum(containers.map { $0.size ?? 0 }),
                reclaimable: sum(
                    containers.filter { !["running", "paused", "restarting"].contains($0.state ?? "") }.map { $0.size ?? 0 })),
            volumes: .init(
                size: sum(volumes.map(\.size)), reclaimable: sum(volumes.filter { $0.references == 0 }.map(\.size))),
            buildCache: .init(size: sum(caches.map(\.size)), reclaimable: sum(caches.filter { !$0.isInUse }.map(\.size))))
    }
}
