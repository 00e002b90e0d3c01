/// What the settings let a job do with the Docker Engine, and how its containers are told from others'.
public struct EngineUse: Codable, Equatable, Sendable {
    /// What a job's containers may ask for. Each includes the one before it.
    public enum Permission: Int, Codable, Sendable, Comparable {
        /// Nothing that reaches the host: its paths, devices and namespaces stay closed but for what the settings open.
        case containers
        /// Every option, privileged containers and paths of the host included. Whoever may this is root on the host.
        case privileged
        /// The engine's socket as well, in containers and in the sandbox.
        case socket

        public static func < (left: Permission, right: Permission) -> Bool { left.rawValue < right.rawValue }
    }

    /// When an image is pulled that a job names.
    public enum Pull: String, Codable, Sendable {
        /// Where this host does not have it.
        case missing
        /// Before each use; what this host has is taken where the registry does not answer.
        case always
        /// Before each use, whatever this host has: others' credentials may have brought it here.
        case own
    }

    /// The container of a job that names none, since its label stands for an image.
    public struct DefaultContainer: Codable, Equatable, Sendable {
        public var image: String
        /// As `docker create` takes them, a command line.
        public var options: String

        public init(image: String, options: String = "") {
            self.image = image
            self.options = options
        }
    }

    /// By it a daemon knows what it made, also after a crash: `StateFolders.instance`.
    public var instance: String
    public var permission: Permission
    public var pull: Pull
    public var defaultContainer: DefaultContainer?

    public init(
        instance: String = "", permission: Permission = .containers, pull: Pull = .missing,
        defaultContainer: DefaultContainer? = nil
    ) {
        self.instance = instance
        self.permission = permission
        self.pull = pull
        self.defaultContainer = defaultContainer
    }
}
