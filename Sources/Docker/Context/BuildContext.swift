public import HTTPTransport
internal import Signing

/// What an image is built from: a folder with its ignore file and Dockerfile, sent to the engine as it is read.
///
/// The ignore file is the one of the Dockerfile (`<Dockerfile>.dockerignore`, beside it) where there is one, else the
/// `.dockerignore` of the folder. Dockerfile and ignore file are always sent, as the engine needs them.
public final class BuildContext: TransportUpload {
    /// Where the Dockerfile is.
    public enum Dockerfile: Equatable, Sendable {
        /// A path from the folder on.
        case inContext(String)
        /// Its content, with that of an ignore file of its own; it comes from elsewhere.
        case separate([UInt8], ignoreFile: [UInt8]? = nil)
    }

    private let archive: FolderArchive
    /// What the engine is told: the Dockerfile's path in what is sent.
    public let dockerfilePath: String
    public let hasDockerfile: Bool
    public let rules: IgnoreRules

    /// - Parameters:
    ///   - root: the folder has to lie in this one, after all links.
    ///   - descent: as the client does it that the builder is used to.
    /// - Throws: `DockerError` where folder, Dockerfile or ignore file can't be read, or the ignore file has a mistake.
    public init(
        _ path: String, within root: String, dockerfile: Dockerfile = .inContext("Dockerfile"),
        descent: ContextDescent = .namedFolders
    ) throws(DockerError) {
        let folder = try ContextFolder(path, within: root)
        var rules = try Self.rules(of: folder, for: dockerfile)
        var additions: [(name: String, content: [UInt8])] = []
        switch dockerfile {
        case .inContext(let name):
            dockerfilePath = PathText.cleaned(name)
            guard dockerfilePath != "..", !dockerfilePath.hasPrefix("../"), !dockerfilePath.hasPrefix("/") else {
                throw DockerError(.refused, "read the Dockerfile \(name)", "it does not lie in the context \(path)")
            }
            hasDockerfile = try folder.content(of: dockerfilePath) != nil
            for name in [".dockerignore", dockerfilePath] where rules.leavesOut(name) { try rules.except(name) }
        case .separate(let content, _):
            hasDockerfile = true
            // Equal files get equal names: a builder that sees it among the others finds its cache valid.
            dockerfilePath = ".dockerfile." + SHA256.hexadecimal(String(decoding: content, as: UTF8.self)).prefix(16)
            let ignored = try folder.content(of: ".dockerignore") ?? Array(".dockerignore".utf8)
            // The engine takes away what is listed there before it builds.
            additions = [(dockerfilePath, content), (".dockerignore", ignored + Array("\n\(dockerfilePath)\n".utf8))]
        }
        self.rules = rules
        archive = FolderArchive(folder, filter: ContextFilter(rules, descent: descent), additions: additions)
    }

    private static func rules(of folder: ContextFolder, for dockerfile: Dockerfile) throws(DockerError) -> IgnoreRules {
        switch dockerfile {
        case .inContext(let name):
            let own = PathText.cleaned(name) + ".dockerignore"
            if let text = try folder.content(of: own) { return try IgnoreRules(text: text, name: own) }
        case .separate(_, let text?): return try IgnoreRules(text: text, name: "the Dockerfile's own ignore file")
        case .separate(_, nil): break
        }
        guard let text = try folder.content(of: ".dockerignore") else { return .none }
        return try IgnoreRules(text: text, name: ".dockerignore")
    }

    /// The text of a file of a context; nil where there is none. What is no UTF-8 is replaced.
    public static func text(of name: String, in folder: String, within root: String) throws(DockerError) -> String? {
        try ContextFolder(folder, within: root).content(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Why the context could not be sent.
    public var failure: String? { archive.failure }
    /// How much was sent so far.
    public var sentBytes: Int64 { archive.sentBytes }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? { archive.read(into: buffer) }

    /// The paths that would be sent, in their order; folders end with a slash.
    ///
    /// - Throws: `DockerError` where a folder can't be read.
    public func paths() throws(DockerError) -> [String] {
        var paths: [String] = []
        while let entry = archive.nextEntry() {
            if let name = entry { paths.append(String(decoding: name, as: UTF8.self)) }
        }
        if let failure { throw DockerError(.failed, "read the context", failure) }
        return paths
    }
}
