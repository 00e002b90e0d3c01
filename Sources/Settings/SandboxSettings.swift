internal import YAML

/// `sandbox_options`: what a job in the sandbox sees of the host besides its workspace and the read-only system.
public struct SandboxSettings: Sendable, Equatable {
    /// Where a job's HOME is.
    public enum Home: Sendable, Equatable {
        /// An empty folder for each job.
        case job
        /// A folder of the host that jobs share and that outlives them.
        case folder(String)
    }

    /// Files and folders that the job may read, at the same path.
    public var readOnly: [String] = []
    /// Files and folders that the job may read and write, at the same path.
    public var readWrite: [String] = []
    /// Files and folders of the system that the job sees as empty.
    public var hide: [String] = []
    /// Device files that the job may open, such as `/dev/kvm`.
    public var devices: [String] = []
    /// Whether the job has the host's network; otherwise it has a loopback interface only.
    public var network = true
    public var home = Home.job

    /// The folder that jobs share as their HOME; nil where each has its own.
    public var homeFolder: String? {
        if case .folder(let path) = home { path } else { nil }
    }

    /// Reads options over more general ones: lists are added to them, single values replace them.
    init(reading reader: SettingsReader, over general: SandboxSettings? = nil) {
        if let general { self = general }
        readOnly += reader.absolutePaths("read_only")
        readWrite += reader.absolutePaths("read_write")
        hide += reader.absolutePaths("hide")
        devices += reader.absolutePaths("devices")
        network = reader.boolean("network", default: network)
        guard let (text, node) = reader.text("home") else { return }
        if text == "job" {
            home = .job
        } else if text.hasPrefix("/") {
            home = .folder(text)
        } else {
            reader.error("invalid-path", "expected \"job\" or the absolute path of a folder, found \"\(text)\"", at: node)
        }
    }
}
