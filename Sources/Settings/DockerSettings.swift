internal import Diagnostics
public import EngineAddresses
internal import Glibc
internal import YAML

/// `docker`: the engine that makes the containers of jobs.
public struct DockerSettings: Sendable, Equatable {
    public enum Socket: Sendable, Equatable {
        /// The usual one, or the one that `DOCKER_HOST` of the daemon's environment names, where it is there.
        case usual(EngineAddress)
        /// Jobs have no containers.
        case off
        case named(EngineAddress)
    }

    /// When an image is pulled that a job names.
    public enum Pull: String, Sendable, Hashable, CaseIterable {
        /// Where this host does not have it.
        case missing
        /// Before each use.
        case always
    }

    public var socket: Socket
    /// The folder of `certificates`, absolute.
    public private(set) var certificates: String?
    public var pull: Pull
    public var prune: PruneSettings

    /// The engine as it is now: a usual socket that is not there is none.
    public var engine: EngineAddress? {
        switch socket {
        case .usual(let address): address.socket.map { access($0, F_OK) == 0 } ?? true ? address : nil
        case .off: nil
        case .named(let address): address
        }
    }

    private static let usualPath = "/var/run/docker.sock"

    init(reading reader: SettingsReader) {
        pull = reader.choice("pull", default: .missing)
        prune = PruneSettings(reading: reader.section("prune"))
        socket = .usual(EngineAddress(socket: Self.usualPath))
        let folder = reader.text("certificates")
        certificates = folder.map { SettingsHost.join(reader.host.folder, $0.text) }
        guard let (text, node) = reader.text("socket") else {
            readEnvironment(reader)
            return
        }
        guard text != "off" else {
            socket = .off
            return
        }
        do throws(EngineAddressError) {
            let address = try EngineAddress(text, certificates: certificates)
            socket = .named(address)
            if let folder, address.certificates == nil {
                reader.warning(
                    "unused-key", "docker.certificates is for an engine at tcp://HOST:PORT, not for a socket", at: folder.node)
            }
        } catch {
            reader.error("invalid-address", "\(error)", at: node)
        }
    }

    /// As Docker's own client has it. People's commands read these settings too, each in an environment of its own: what it names
    /// in vain is no mistake of the file.
    private mutating func readEnvironment(_ reader: SettingsReader) {
        do throws(EngineAddressError) {
            guard let address = try EngineAddress(environment: reader.host.environment) else { return }
            socket = .usual(try EngineAddress(address.text, certificates: certificates ?? address.certificates))
        } catch {
            socket = .off
            reader.diagnostics.warning(
                "invalid-address", "DOCKER_HOST: \(error); jobs have no containers: set docker.socket",
                at: reader.mapping?.node.pointer ?? SourceRange(line: 1, column: 1))
        }
    }
}

/// What the jobs of a repository may do with the Docker Engine. Each includes the one before it.
public enum DockerUse: String, Sendable, Hashable, CaseIterable {
    case off
    /// Containers that have nothing of the host but what the settings open.
    case containers
    /// Containers with every option: with it, whoever writes a workflow is root on the host.
    case privileged
    /// The engine's socket as well.
    case socket
}

/// What a label of `runs-on` stands for.
public enum LabelTarget: Sendable, Equatable {
    /// The job runs on this host, as the settings of its sandbox say.
    case host
    /// The job runs in a container of this image, with these options of `docker create`.
    case image(String, options: String)

    /// The targets by label, as `labels` of the settings has them.
    static func targets(_ reader: SettingsReader) -> [String: LabelTarget] {
        var targets: [String: LabelTarget] = [:]
        for entry in reader.mapping?.mapping("labels")?.entries ?? [] {
            guard !entry.name.isEmpty, !entry.name.contains(where: \.isWhitespace) else {
                reader.error("invalid-name", "expected a label without spaces, found \"\(entry.name)\"", at: entry.key)
                continue
            }
            if let target = LabelTarget(entry, reader) { targets[entry.name.lowercased()] = target }
        }
        return targets
    }

    private init?(_ entry: YAMLEntry, _ reader: SettingsReader) {
        if entry.value.string == "host" {
            self = .host
            return
        }
        let context = "the label \"\(entry.name)\""
        guard entry.value.entries != nil else {
            reader.error("unknown-value", "expected host or {image: NAME} for \(context)", at: entry.value)
            return nil
        }
        guard
            let mapping = MappingReader(
                entry.value, context: context, keys: ["image", "options"], nullIsAbsent: true, diagnostics: reader.diagnostics),
            mapping.required("image") != nil, let image = mapping.text("image")
        else { return nil }
        guard !image.isEmpty, !image.contains(where: \.isWhitespace) else {
            mapping.report("invalid-name", "expected the name of an image, found \"\(image)\"", at: "image")
            return nil
        }
        self = .image(image, options: mapping.text("options") ?? "")
    }
}
