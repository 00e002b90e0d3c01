/// One row of a list of networks.
public struct NetworkSummary: Decodable, Sendable {
    public var id: String
    public var name: String
    public var labels: [String: String]?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case labels = "Labels"
    }
}

/// One row of a list of volumes.
public struct VolumeSummary: Decodable, Sendable {
    public var name: String
    public var labels: [String: String]?

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
    }
}

extension DockerEngine {
    private struct NetworkDefinition: Encodable {
        var name: String
        var driver = "bridge"
        var refusesDuplicates = true
        var labels: [String: String]

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case driver = "Driver"
            case refusesDuplicates = "CheckDuplicate"
            case labels = "Labels"
        }
    }

    private struct NetworkDetails: Decodable {
        struct Addresses: Decodable {
            struct Range: Decodable {
                var gateway: String?

                enum CodingKeys: String, CodingKey { case gateway = "Gateway" }
            }

            var ranges: [Range]?

            enum CodingKeys: String, CodingKey { case ranges = "Config" }
        }

        var addresses: Addresses

        enum CodingKeys: String, CodingKey { case addresses = "IPAM" }
    }

    private struct NetworkCreated: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey { case id = "Id" }
    }

    private struct VolumeDefinition: Encodable {
        var name: String
        var labels: [String: String]

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case labels = "Labels"
        }
    }

    private struct VolumeList: Decodable {
        var volumes: [VolumeSummary]?

        enum CodingKeys: String, CodingKey { case volumes = "Volumes" }
    }

    /// Makes a bridge network, in which containers find each other by their names.
    ///
    /// - Returns: its id.
    public func createNetwork(
        named name: String, labels: [String: String], patience: Patience = .endless
    ) throws(DockerError) -> String {
        let request = try EngineRequest("POST", "/networks/create", to: "make the network \(name)")
            .sending(NetworkDefinition(name: name, labels: labels))
        return try value(NetworkCreated.self, of: request, patience: patience).id
    }

    public func networks(labelled labels: [String]) throws(DockerError) -> [NetworkSummary] {
        try value(of: EngineRequest("GET", "/networks", to: "list the networks").filtered(by: ["label": labels]))
    }

    /// The address by which a network's containers reach this host; nil where it has none.
    public func gateway(ofNetwork name: String, patience: Patience = .endless) throws(DockerError) -> String? {
        let details: NetworkDetails = try value(
            of: EngineRequest("GET", "/networks/\(name)", to: "look at the network \(name)"), patience: patience)
        return details.addresses.ranges?.compactMap(\.gateway).first { !$0.contains(":") && !$0.isEmpty }
    }

    /// Removes a network that no container is in any more. One that is gone is no error.
    public func removeNetwork(_ id: String) throws(DockerError) {
        do { try call(EngineRequest("DELETE", "/networks/\(id)", to: "remove the network")) } catch {
            if error.reason != .notFound { throw error }
        }
    }

    /// Makes a volume; one of that name that is there already is used as it is.
    public func createVolume(named name: String, labels: [String: String]) throws(DockerError) {
        let request = try EngineRequest("POST", "/volumes/create", to: "make the volume \(name)")
            .sending(VolumeDefinition(name: name, labels: labels))
        try call(request)
    }

    public func volumes(labelled labels: [String]) throws(DockerError) -> [VolumeSummary] {
        let request = try EngineRequest("GET", "/volumes", to: "list the volumes").filtered(by: ["label": labels])
        return try value(VolumeList.self, of: request).volumes ?? []
    }

    /// Removes a volume that no container has any more. One that is gone is no error.
    public func removeVolume(_ name: String) throws(DockerError) {
        do { try call(EngineRequest("DELETE", "/volumes/\(name)", to: "remove the volume \(name)")) } catch {
            if error.reason != .notFound { throw error }
        }
    }
}
