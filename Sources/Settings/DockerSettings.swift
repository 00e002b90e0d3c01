internal import Glibc
internal import YAML

/// `docker`: the engine that makes the containers of jobs.
public struct DockerSettings: Sendable, Equatable {
    public enum Socket: Sendable, Equatable {
        /// The usual one, or the one that `DOCKER_HOST` of the daemon's environment names, where it is there.
        case usual(String)
        /// Jobs have no containers.
        case off
        case path(String)
    }

    /// When an image is pulled that a job names.
    public enum Pull: String, Sendable, Hashable, CaseIterable {
        /// Where this host does not have it.
        case missing
        /// Before each use.
        case always
    }

    public var socket: Socket
    public var pull: Pull
    public var prune: PruneSettings

    /// The engine's socket as it is now: a usual one that is not there is none.
    public var socketPath: String? {
        switch socket {
        case .usual(let path): access(path, F_OK) == 0 ? path : nil
        case .off: nil
        case .path(let path): path
        }
    }

    private static let usualPath = "/var/run/docker.sock"

    init(reading reader: SettingsReader) {
        pull = reader.choice("pull", default: .missing)
        prune = PruneSettings(reading: reader.section("prune"))
        socket = .usual(Self.usualPath)
        if let host = reader.host.environment["DOCKER_HOST"], host.hasPrefix("unix:///") {
            socket = .usual(String(host.dropFirst("unix://".count)))
        }
        guard let (text, node) = reader.text("socket") else { return }
        let path = text.hasPrefix("unix://") ? String(text.dropFirst("unix://".count)) : text
        if text == "off" {
            socket = .off
        } else if path.hasPrefix("/"), path.utf8.count <= 107 {
            socket = .path(path)
        } else {
            reader.error(
                "invalid-path", "expected \"off\" or the absolute path of the engine's socket, found \"\(text)\"", at: node)
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
